"""What the wrapper is told: function.json, how it is served, and where to listen."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HIGHEST_PORT = 65535
_UNTOLD = {"build_id": "unknown", "timeout_seconds": 300, "triggers": []}


class StartupError(Exception):
    """The function cannot start; the message says what was found and what would be right."""


@dataclass(frozen=True, slots=True)
class Configuration:
    third_party_id: str
    parser_id: str
    build_id: str
    handler: str
    timeout_seconds: float
    source: str
    triggers: tuple[Mapping[str, str], ...]
    """Exact-match attribute filters: each the filter of one Trigger that feeds this function."""


def read_configuration(path: Path, environment: Mapping[str, str]) -> Configuration:
    """What the image says of the function, then FUNCTION_SETTINGS: how it is served, which wins.

    Raises StartupError when the file is absent or either is not what the builder writes.
    """
    try:
        told = json.loads(environment.get("FUNCTION_SETTINGS") or "{}")
        document: dict[str, Any] = {**_UNTOLD, **json.loads(path.read_bytes()), **told}
        return Configuration(
            third_party_id=document["third_party_id"],
            parser_id=document["parser_id"],
            build_id=document["build_id"],
            handler=document["handler"],
            timeout_seconds=float(document["timeout_seconds"]),
            source=document["source"],
            triggers=tuple(dict(trigger) for trigger in document["triggers"]),
        )
    except KeyError as error:
        raise StartupError(f"runtime/function.json lacks the field {error}") from None
    except OSError as error:
        raise StartupError(f"runtime/function.json cannot be read: {error.strerror}") from None
    except (TypeError, ValueError) as error:
        raise StartupError(f"function.json or FUNCTION_SETTINGS is not valid: {error}") from None


def listen_address(environment: Mapping[str, str]) -> tuple[str, int]:
    """Host and port from HOST and PORT; raises StartupError when PORT is no port number."""
    text = environment.get("PORT", "8080")
    if not (text.isascii() and text.isdigit() and int(text) <= _HIGHEST_PORT):
        raise StartupError(f"PORT is {text!r}; it must be a number from 0 to {_HIGHEST_PORT}")
    return environment.get("HOST", "0.0.0.0"), int(text)  # noqa: S104 - a pod is reached from outside
