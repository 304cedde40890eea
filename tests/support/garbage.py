"""Messages of every kind and fault, many and quickly: the same for the same dice."""

import copy
import datetime as dt
import decimal
import json
import random
from collections.abc import Callable
from typing import Any, Final

from knative_lambda.domain.intake import CONSUMED
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.wire import STRUCTURED

FUNCTIONS: Final = 20
_LARGE: Final = 11 * 1024 * 1024
_TYPES: Final = sorted(CONSUMED)
_NAMES: Final = (
    "id",
    "type",
    "source",
    "specversion",
    "time",
    "subject",
    "data",
    "datacontenttype",
)
_FORMS: Final = ("", "ce-", "ce_", "cloudEvents:", "cloudEvents_", "CE-", "x-")
_CONTENT_TYPES: Final = (
    STRUCTURED, "application/json", "", "text/plain", "application/cloudevents-batch+json",
    "application/cloudevents+xml", "application/octet-stream", "APPLICATION/CLOUDEVENTS+JSON; a=b",
)  # fmt: skip
_ODD: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 2**70, 1.5, float("nan"), "", " ", "\x00", "\ud800", "\n", "../..",
    "{{ 7 }}", "$(id)", "a" * 5000, [], {}, [[]], {"a": {"b": []}}, "1.0", "2020-02-30T00:00:00Z",
)  # fmt: skip
_AMQP: Final[tuple[object, ...]] = (
    "text", b"\xff\xfe", bytearray(b"x"), 1, -(2**60), True, None, 1.25, 1e300,
    decimal.Decimal("1.5"), dt.datetime(2026, 1, 1, tzinfo=dt.UTC), [1, "a"], {"a": 1},
)  # fmt: skip


def message(dice: random.Random) -> Message:
    """A message: most are wrong in one or several ways."""
    event = _event(dice)
    for _ in range(dice.choice((0, 0, 1, 1, 2, 5))):
        dice.choice(_FAULTS)(dice, event)
    if dice.random() < 0.3:
        return _binary(dice, event)
    body = _damaged(dice, json.dumps(event, allow_nan=True).encode(errors="replace"))
    named = dice.choice((None, "message-1", "", "\x07"))
    return Message(body, dice.choice(_CONTENT_TYPES), _headers(dice), named, dice.choice((None, 1)))


def _event(dice: random.Random) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"event-{dice.randrange(500)}",
        "source": "producer",
        "type": dice.choice(_TYPES),
        "time": f"2026-01-0{dice.randint(1, 9)}T00:00:00Z",
        "data": {
            "third_party_id": f"tenant-{dice.randrange(FUNCTIONS)}",
            "parser_id": "parser",
            "source_url": "https://source.test/one",
            "status": dice.choice(("success", "failed")),
            "build_id": dice.choice((None, "0" * 32)),
            "image_uri": dice.choice((None, "registry.test/lambda/x:1")),
            "job_name": "build-x",
            "runtime": dice.choice(("nodejs22", "python312", "cobol")),
        },
    }


def _odd(dice: random.Random) -> Any:
    return copy.deepcopy(dice.choice(_ODD))


def _drop(dice: random.Random, event: dict[str, Any]) -> None:
    event.pop(dice.choice(_NAMES), None)


def _replace(dice: random.Random, event: dict[str, Any]) -> None:
    event[dice.choice(_NAMES)] = _odd(dice)


def _add(dice: random.Random, event: dict[str, Any]) -> None:
    event[dice.choice(("Bad-Name", "", "ext", "data_base64", "é", "traceparent"))] = dice.choice(
        _ODD
    )


def _spoil_data(dice: random.Random, event: dict[str, Any]) -> None:
    data = event.get("data")
    if isinstance(data, dict) and data:
        data[dice.choice([*data, "build_timeout", "function", "build_args", "force", "to"])] = _odd(
            dice
        )


def _nest(dice: random.Random, event: dict[str, Any]) -> None:
    deep: Any = []
    for _ in range(dice.choice((5, 400))):
        deep = [deep]
    event["data"] = {"third_party_id": "acme", "parser_id": "f", "function": deep}


_FAULTS: Final[tuple[Callable[[random.Random, dict[str, Any]], None], ...]] = (
    _drop,
    _replace,
    _add,
    _spoil_data,
    _spoil_data,
    _nest,
)


def _damaged(dice: random.Random, body: bytes) -> bytes:
    place = dice.randrange(len(body) + 1)
    damages = {
        0: b"",
        1: body[:place],
        2: body[:place] + dice.randbytes(1) + body[place + 1 :],
        3: b"[" * 20_000,
        4: dice.randbytes(dice.randrange(200)),
        5: body.replace(b'"id"', b'"id": "first", "id"', 1),
        6: b'"' + b"x" * (_LARGE if dice.random() < 0.005 else 100) + b'"',
    }
    return damages.get(dice.randrange(24), body)


def _headers(dice: random.Random) -> dict[str, object]:
    return {
        dice.choice(_FORMS) + dice.choice((*_NAMES, "ext", "Bad-Name", "é")): dice.choice(_AMQP)
        for _ in range(dice.choice((0, 0, 1, 4)))
    }


def _binary(dice: random.Random, event: dict[str, Any]) -> Message:
    form = dice.choice(_FORMS)
    headers = {f"{form}{name}": value for name, value in event.items() if name != "data"}
    kind = dice.choice(("application/json", "", "text/plain"))
    body = _damaged(dice, json.dumps(event.get("data"), allow_nan=True).encode(errors="replace"))
    return Message(body, kind, {**headers, **_headers(dice)}, None, None)
