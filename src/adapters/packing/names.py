"""Which paths a build context may hold, and how to show those it may not."""

import unicodedata

MAX_PATH_BYTES = 512
MAX_COMPONENT_BYTES = 255
_SHOWN_CHARACTERS = 300


def fault(path: str) -> str | None:
    """What is wrong with a relative POSIX path, as a phrase that follows the path, or None."""
    if _is_plain(path):
        return None
    try:
        length = len(path.encode())
    except UnicodeEncodeError:
        return "has a name that is not valid UTF-8; rename it"
    for component in path.split("/"):
        found = _fault_of_component(component)
        if found is not None:
            return found
    if length > MAX_PATH_BYTES:
        return f"has a path of {length} bytes in the build context; the limit is {MAX_PATH_BYTES}"
    return None


def _is_plain(path: str) -> bool:
    """Whether nothing can be wrong with it, seen at once: most paths are so, and there are many."""
    if len(path) > MAX_COMPONENT_BYTES or not (path.isascii() and path.isprintable()):
        return False
    within = f"/{path}/"
    return not ("\\" in path or "//" in within or "/./" in within or "/../" in within)


def _fault_of_component(name: str) -> str | None:
    if name in {"", ".", ".."}:
        return "is not a relative path of plain names; leave out empty parts, '.' and '..'"
    if any(unicodedata.category(character) == "Cc" for character in name):
        return "has a control character in its name; rename it"
    if "\\" in name:
        return "has a backslash in its name; rename it"
    length = len(name.encode())
    if length > MAX_COMPONENT_BYTES:
        return f"has a name of {length} bytes; the limit is {MAX_COMPONENT_BYTES}"
    return None


def shown(path: str) -> str:
    """The path fit for a message: what is not printable is escaped, what is very long is cut."""
    printable = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in path
    )
    if len(printable) <= _SHOWN_CHARACTERS:
        return printable
    return printable[:_SHOWN_CHARACTERS] + "…"
