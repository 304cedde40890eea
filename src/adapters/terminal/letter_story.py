"""One dead letter for a person: why it is one, its story, all it holds, and what to do."""

import json
from collections.abc import Iterator
from typing import Final

from knative_lambda.adapters.terminal.letter_facts import attributes, headers, properties
from knative_lambda.adapters.terminal.printable import as_json
from knative_lambda.adapters.terminal.sections import in_sections, pairs
from knative_lambda.adapters.terminal.table import age, named
from knative_lambda.domain.instants import format_instant
from knative_lambda.domain.printable import printable
from knative_lambda.ports.letters import Letter, Reading

_MILLISECOND: Final = 1_000_000
_WHEN: Final = 24  # characters of an instant


def story(letter: Letter, reading: Reading, advice: str, now: int) -> str:
    """All there is to tell of *letter*.

    Args:
        letter: Of which nothing is left out.
        reading: Of its message.
        advice: What to do about it.
        now: The time (UTC nanoseconds since 1970), for its age.
    """
    size = f"{len(letter.message.body)} bytes"
    parts: dict[str, list[str]] = {
        f"Dead letter {letter.id}": pairs(_why(letter, reading, now)),
        "Story": [_line(at, text) for at, text in moments(letter)],
        "Attributes": pairs(attributes(reading)),
        "Headers": pairs(headers(letter)),
        "Properties": pairs(properties(letter)),
        f"Body: {size}": _body(letter.message.body),
        "Next": [advice],
    }
    return in_sections(parts)


def _why(letter: Letter, reading: Reading, now: int) -> dict[str, str]:
    since = f"{age(letter.kept_at, now)} ago" if letter.kept_at is not None else "unknown"
    refusal = {"still refused": str(reading.refusal)} if reading.refusal is not None else {}
    return {
        "reason": letter.reason,
        **({"detail": letter.detail} if letter.detail else {}),
        **({} if letter.detail == str(reading.refusal) else refusal),
        "function": named(reading.function),
        "given up": since,
    }


def moments(letter: Letter) -> Iterator[tuple[int | None, str]]:
    """What has happened to *letter*, in order: when, in UTC nanoseconds since 1970, and what."""
    if letter.arrived is not None:
        yield letter.arrived, "it came"
    told = letter.failures
    between = max(0, letter.attempts - len(told))
    for index, failure in enumerate(told):
        number = index + 1 + (between if index else 0)
        yield failure.at, f"attempt {number} failed: {printable(failure.cause)}"
        if between and not index:
            yield None, f"({between} more failed)"
    if letter.set_aside:
        yield None, f"a limit made it wait: {_times(letter.set_aside)}"
    if letter.replays:
        yield None, f"it was sent again from here: {_times(letter.replays)}"
    if letter.kept_at is not None:
        yield letter.kept_at, "it was given up"


def _line(at: int | None, text: str) -> str:
    when = format_instant(at // _MILLISECOND * _MILLISECOND) if at is not None else ""
    return f"{when:<{_WHEN}}  {text}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _body(body: bytes) -> list[str]:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return ["not text: --output json has it in base64"]
    try:
        return as_json(json.loads(text)).split("\n")
    except (ValueError, RecursionError):
        return printable(text, kept="\n\t").split("\n") if text else []
