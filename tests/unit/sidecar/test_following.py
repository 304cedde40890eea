"""A build's log is kept and sent, and holds up nothing."""

from pathlib import Path

import pytest
from support.accompanied import Beside, Play
from support.pods import ended

from knative_lambda.domain.errors import SetupError, TransientError


def test_the_outcome_is_told_before_the_log_is_sent(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.send = lambda: beside.order.append("sent")
        beside.pod.write(b"one\n\x1b[1mtwo a-secret\n")
        beside.shown_at(3, ended(3))
        beside.at(4, beside.pod.write, b"three")
        beside.at(4.5, beside.pod.end_log)
        await beside.sidecar().run()

    beside = play(scenario)
    assert beside.order == ["published", "sent"]
    assert beside.sent == ["one\n\\x1b[1mtwo [redacted]\nthree"]
    assert beside.outcome()["detail"] == "exit code 3\none\ntwo [redacted]\nthree"


@pytest.mark.parametrize("error", [TransientError("away"), OSError(28, "No space left")])
def test_a_log_that_cannot_be_sent_is_let_go(play: Play, error: Exception) -> None:
    async def scenario(beside: Beside) -> None:
        def fail() -> None:
            raise error

        beside.send = fail
        beside.shown_at(3, ended(3))
        await beside.sidecar().run()

    beside = play(scenario)
    assert beside.kinds() == ["failed"]
    assert beside.sent == []


def test_a_log_without_end_does_not_hold_up_the_outcome(play: Play) -> None:
    async def scenario(beside: Beside) -> None:
        beside.pod.write(b"more to come")
        beside.shown_at(3, ended(3))
        await beside.sidecar().run()

    beside = play(scenario)
    assert beside.published_at[0] < 6
    assert beside.sent == ["more to come"]


@pytest.mark.parametrize("error", [TransientError("away"), SetupError("not permitted")])
def test_a_log_that_cannot_be_had_does_not_hold_up_the_outcome(
    play: Play, error: Exception
) -> None:
    async def scenario(beside: Beside) -> None:
        beside.log_error = error
        beside.shown_at(3, ended(3))
        await beside.sidecar().run()

    assert play(scenario).outcome()["detail"] == "exit code 3"


def test_a_disk_that_is_full_does_not_hold_up_the_outcome(play: Play, tmp_path: Path) -> None:
    async def scenario(beside: Beside) -> None:
        sidecar = beside.sidecar()
        (tmp_path / "log").mkdir()  # no file can be written there
        beside.pod.write(b"one\ntwo")
        beside.shown_at(3, ended(3))
        await sidecar.run()

    assert play(scenario).kinds() == ["failed"]


def test_last_words_hold_no_secret_that_is_known(play: Play) -> None:
    """They come another way than the log, and without one they are all there is to say."""

    async def scenario(beside: Beside) -> None:
        beside.shown_at(3, ended(3, last_words="it is a-secret"))
        await beside.sidecar().run()

    assert play(scenario).outcome()["detail"] == "exit code 3\nit is [redacted]"


def test_a_log_that_is_lost_from_its_disk_does_not_hold_up_the_outcome(
    play: Play, tmp_path: Path
) -> None:
    async def scenario(beside: Beside) -> None:
        beside.pod.write(b"one\n")
        beside.at(2, (tmp_path / "log").unlink)
        beside.shown_at(3, ended(3))
        await beside.sidecar().run()

    assert play(scenario).outcome()["detail"] == "exit code 3"
