"""When a program looks for objects that nobody needs: each look goes through all that might be."""

import gc

_RARELY = 20_000  # objects; Python itself looks at every 700


def leave() -> None:
    """Do not look while a program is imported: what comes stays, and looks take a tenth of it."""
    gc.disable()


def collect() -> None:
    """Look from now on, but rarely, and not among what is there by now."""
    gc.freeze()
    gc.set_threshold(_RARELY)
    gc.enable()
