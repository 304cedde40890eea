"""What is awaited is told below the story, on a terminal, and leaves no trace."""

import asyncio
import io

import pytest
from support.screen import screen

from knative_lambda.adapters.terminal import live_line
from knative_lambda.adapters.terminal.live_line import LiveLine
from knative_lambda.adapters.terminal.narrator import Narrator


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _any_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)


def told(line: str) -> str:
    """Without its seconds."""
    return line[10:]


async def drawn(out: Terminal, text: str) -> None:
    """Wait until *text* is to be seen in the last line."""
    while text not in screen(out.getvalue())[-1]:  # noqa: ASYNC110 - a terminal sends no signal
        await asyncio.sleep(0)


async def test_the_last_line_follows_the_story_and_goes_with_it() -> None:
    out = Terminal()
    narrator = Narrator(out)
    narrator.line("submitted", "hello")
    async with narrator.waiting():
        await drawn(out, "waiting for the service")
        narrator.line("build.started", "build-1")
        assert told(screen(out.getvalue())[-1]) == "building"
        narrator.line("warning", "it is old")
        assert told(screen(out.getvalue())[-1]) == "building"
    narrator.line("ready", "http://localhost")
    assert [told(line) for line in screen(out.getvalue())] == [
        "submitted           hello",
        "build.started       build-1",
        "warning             it is old",
        "ready               http://localhost",
        "",
    ]


async def test_it_is_drawn_again_as_time_goes_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_line, "_EVERY", 0.0)
    out = Terminal()
    line = LiveLine(out, "building")
    async with line.kept():
        await drawn(out, "      0s  building")
        line.began -= 75
        await drawn(out, "   1m15s  building")


async def test_it_fits_a_narrow_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    out = Terminal()
    async with LiveLine(out, "starting the function").kept():
        await drawn(out, "      0s  starting…"[:19])
        assert len(screen(out.getvalue())[-1]) == 19


async def test_what_fails_or_is_interrupted_leaves_no_line() -> None:
    out = Terminal()

    async def wait() -> None:
        async with LiveLine(out, "building").kept():
            await asyncio.Event().wait()

    waiting = asyncio.create_task(wait())
    await drawn(out, "building")
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert screen(out.getvalue()) == [""]
    assert "\x1b[?" not in out.getvalue()  # no mode of the terminal has changed


async def test_where_nobody_looks_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    plain, dumb = io.StringIO(), Terminal()
    async with LiveLine(plain, "building").kept():
        await asyncio.sleep(0)
    monkeypatch.setenv("TERM", "dumb")
    async with LiveLine(dumb, "building").kept():
        await asyncio.sleep(0)
    assert (plain.getvalue(), dumb.getvalue()) == ("", "")


async def test_without_colours_it_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    async with LiveLine(out, "building").kept():
        await drawn(out, "building")
    assert "m" not in out.getvalue()


async def test_nothing_is_shown_where_nothing_is_awaited() -> None:
    out = Terminal()
    async with LiveLine(out).kept():
        await asyncio.sleep(0)
    assert screen(out.getvalue()) == [""]
