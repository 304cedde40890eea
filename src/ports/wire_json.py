"""JSON from strangers: what the standard allows, and nothing that could not be written again."""

import json
import math
import re
from typing import Final

from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.fields import shown
from knative_lambda.ports.wire_faults import malformed

_RULE: Final = "must be JSON in UTF-8"
_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")


class _NoNumberError(ValueError):
    """What Python would read as a number, and JSON has no way to write."""


def _constant(name: str) -> object:
    raise _NoNumberError(name)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise _NoNumberError(text)
    return number


_DECODER: Final = json.JSONDecoder(parse_constant=_constant, parse_float=_finite)
# Finds where a value ends, and leaves it to the one who reads the value to find fault with it.
_SCANNER: Final = json.JSONDecoder(parse_constant=str, parse_float=str, parse_int=str)
_OPENING: Final = re.compile(r"[ \t\n\r]*\[[ \t\n\r]*(\]?)[ \t\n\r]*")
_NEXT: Final = re.compile(r"[ \t\n\r]*([,\]])[ \t\n\r]*")


def parse(text: bytes, what: str = "body") -> object:
    """The value that *text* stands for; of equal keys in an object the last one counts.

    Args:
        text: JSON, as it came.
        what: Where it stood, for the fault.

    Raises:
        PermanentError: Of kind malformed, naming the fault.
    """
    if not text:
        raise malformed(what, "empty", _RULE)
    try:
        value = _DECODER.decode(text.decode())
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()  # fails at a half without the other
    except (ValueError, RecursionError) as error:
        raise _refusal(what, error) from error
    return value


def elements(text: bytes, what: str, most: int) -> list[bytes]:
    """The texts of the elements of the array in *text*, as they stand there.

    Raises:
        PermanentError: Of kind malformed, naming the fault: it is no array of at most *most*.
    """
    found: list[bytes] = []
    try:
        array = text.decode()
        step = _OPENING.match(array)
        if step is None:
            raise malformed(what, "no array" if text else "empty", "must be a JSON array")
        while step[1] != "]":
            if len(found) == most:
                raise malformed(what, f"more than {most} elements", "must be sent in parts")
            _, end = _SCANNER.raw_decode(array, step.end())
            found.append(array[step.end() : end].encode())
            step = _NEXT.match(array, end)
            if step is None:
                raise json.JSONDecodeError("Expecting ',' or ']'", array, end)
        if step.end() != len(array):
            raise json.JSONDecodeError("Extra data", array, step.end())
    except (ValueError, RecursionError) as error:
        raise _refusal(what, error) from error
    return found


def _refusal(what: str, error: ValueError | RecursionError) -> PermanentError:
    match error:
        case UnicodeDecodeError():
            return malformed(what, f"no UTF-8 at byte {error.start}", _RULE)
        case UnicodeEncodeError():
            return malformed(what, "half a surrogate pair", "each must come with the other")
        case json.JSONDecodeError():
            fault = f"{error.msg} (line {error.lineno}, column {error.colno})"
            return malformed(what, fault, _RULE)
        case _NoNumberError():
            return malformed(what, shown(str(error)), "a number must be finite and in range")
        case RecursionError():
            return malformed(what, "nested too deeply", "must have fewer levels")
        case _:  # Python reads no whole number of some thousand digits
            return malformed(what, "a number is too long", "must have fewer digits")
