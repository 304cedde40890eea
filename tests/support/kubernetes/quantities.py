"""Quantities of resources, as Kubernetes writes them."""

import re
from decimal import Decimal
from typing import Final

_SHAPE: Final = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)([EPTGMk]i?|Ki|m|u|n|e[+-]?[0-9]+)?")
_STEPS: Final = {"k": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}


def quantity(text: object) -> Decimal:
    """How much *text* is.

    Raises:
        ValueError: It is no quantity.
    """
    match = _SHAPE.fullmatch(str(text))
    if match is None:
        raise ValueError(f"{text!r} is no quantity, such as 250m, 64Mi or 1")
    number, unit = Decimal(match[1]), match[2] or ""
    if unit.startswith("e"):
        return number * Decimal(10) ** int(unit[1:])
    if unit in ("m", "u", "n"):
        return number / Decimal(1000) ** ("mun".index(unit) + 1)
    if unit.endswith("i"):
        return number * Decimal(1024) ** {"K": 1, **_STEPS}[unit[0]]
    return number * Decimal(1000) ** _STEPS.get(unit, 0)
