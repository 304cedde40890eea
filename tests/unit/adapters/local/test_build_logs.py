"""Logs in files keep the laws of `BuildLogs`, whoever writes them, and however long they are."""

import gzip
import shutil
from pathlib import Path

import pytest
from contracts.build_logs import NAME, BuildLogsContract, reached, read

from knative_lambda.adapters.kept_log import END, HEAD, KeptLog
from knative_lambda.adapters.local.build_logs import LocalBuildLogs, finish
from knative_lambda.domain.errors import TransientError
from knative_lambda.ports.build_logs import BuildLogs


def begun(state: Path, name: str = NAME) -> KeptLog:
    """The log of a build, as a runner makes it."""
    folder = state / "jobs" / name
    folder.mkdir(parents=True)
    return KeptLog(folder / "log")


class TestLocalBuildLogs(BuildLogsContract):
    @pytest.fixture
    def logs(self, tmp_path: Path) -> BuildLogs:
        self.state = tmp_path
        self.written: dict[str, KeptLog] = {}
        return LocalBuildLogs(tmp_path)

    async def write(self, name: str, text: bytes) -> None:
        if name not in self.written:
            self.written[name] = begun(self.state, name)
        self.written[name].write(text)

    async def end(self, name: str) -> None:
        finish(self.written[name], "memory:put:log")


async def test_a_long_log_is_followed_into_its_second_file(tmp_path: Path) -> None:
    log = begun(tmp_path)
    log.write(b"a" * (HEAD - 1))
    pieces = await LocalBuildLogs(tmp_path).open(NAME, follow=True)
    assert pieces is not None
    await reached(pieces, b"a" * 1000)
    log.write(b"bcd")
    await reached(pieces, b"bcd")
    finish(log, "")
    with pytest.raises(StopAsyncIteration):
        await anext(pieces)


async def test_what_is_too_long_to_be_followed_says_so(tmp_path: Path) -> None:
    log = begun(tmp_path)
    log.write(b"a" * HEAD)
    log.write(b"b" * END)
    text = await read(LocalBuildLogs(tmp_path), NAME, follow=True)
    assert text.startswith(b"a" * HEAD + b"b" * END)
    assert text.endswith(
        b"[the rest is too long to be followed: read it when the build has ended]\n"
    )


async def test_what_is_removed_meanwhile_is_read_to_its_end(tmp_path: Path) -> None:
    log = begun(tmp_path)
    log.write(b"first\n")
    pieces = await LocalBuildLogs(tmp_path).open(NAME, follow=True)
    assert pieces is not None
    await reached(pieces, b"first\n")
    log.write(b"last\n")
    shutil.rmtree(tmp_path / "jobs" / NAME)
    await reached(pieces, b"last\n")
    with pytest.raises(StopAsyncIteration):
        await anext(pieces)


async def test_a_log_that_cannot_be_read_now_may_be_later(tmp_path: Path) -> None:
    (tmp_path / "jobs").write_text("no folder", "utf-8")
    with pytest.raises(TransientError, match="the log cannot be read: Not a directory"):
        await LocalBuildLogs(tmp_path).open(NAME, follow=False)


def test_a_log_that_has_ended_is_left_where_logs_are_kept(tmp_path: Path) -> None:
    log = begun(tmp_path)
    log.write(b"all of it\n")
    kept = tmp_path / "contexts" / "build log" / "one.log.gz"
    finish(log, kept.as_uri())
    assert gzip.decompress(kept.read_bytes()) == b"all of it\n"
    assert sorted(path.name for path in log.path.parent.iterdir()) == ["ended", "log"]
