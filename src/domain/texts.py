"""The texts within a value, as deep as JSON goes, each changed."""

from collections.abc import Callable, Mapping

Change = Callable[[str, str], str]


def each_text(value: object, change: Change, name: str = "") -> object:
    """*value* with each text in it as *change* gives it.

    Args:
        value: Of JSON's kinds; what is of another is taken as its text.
        change: Takes the name of the field that a text is in, and the text.
        name: Of the field that *value* is in; items of a list are in that of the list.
    """
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return change(name, value)
        case Mapping():
            return {str(key): each_text(one, change, str(key)) for key, one in value.items()}
        case list() | tuple():
            return [each_text(one, change, name) for one in value]
        case _:
            return change(name, str(value))
