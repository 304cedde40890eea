"""What is kept of a build's log, however long it is."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.adapters import kept_log
from knative_lambda.adapters.kept_log import END, HEAD, KeptLog

MIB = 1024 * 1024


def test_a_short_log_is_kept_whole_on_disk_and_in_text(tmp_path: Path) -> None:
    log = KeptLog(tmp_path / "log")
    log.line("größer")
    log.write(b"half")
    assert log.text() == "größer\nhalf"
    assert (tmp_path / "log").read_text(encoding="utf-8") == "größer\nhalf"


def test_a_log_without_lines_is_empty(tmp_path: Path) -> None:
    log = KeptLog(tmp_path / "log")
    log.write(b"")
    assert log.text() == log.tail(10) == ""


def test_the_tail_is_the_end(tmp_path: Path) -> None:
    log = KeptLog(tmp_path / "log")
    log.write(b"beginning, end")
    assert log.tail(3) == "end"
    assert log.tail(100) == "beginning, end"


def test_of_an_endless_log_the_beginning_and_the_end_are_kept(tmp_path: Path) -> None:
    log = KeptLog(tmp_path / "log")
    log.line("first")
    for _ in range(6):
        log.write(b"x" * MIB)
    log.line("last")
    text = log.text()
    assert text.startswith("first\nxxx")
    assert text.endswith("xxxlast\n")
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) == HEAD + END
    (notice,) = (line for line in text.splitlines() if line.startswith("["))
    left_out = int(notice.removeprefix("[").split(" ")[0])
    assert len(text) - len(f"\n{notice}\n") + left_out == len("first\n" + "last\n") + 6 * MIB


def test_an_end_that_follows_on_the_beginning_is_not_doubled(tmp_path: Path) -> None:
    log = KeptLog(tmp_path / "log")
    written = b"".join(b"%09d\n" % number for number in range(4 * MIB // 10 + 5000))
    log.write(written)
    assert log.text() == written.decode()
    assert log.tail(3 * MIB) == written[-3 * MIB :].decode()


def test_a_log_begins_empty_whatever_is_there(tmp_path: Path) -> None:
    KeptLog(tmp_path / "log").write(b"x" * (HEAD + 10))
    again = KeptLog(tmp_path / "log")
    assert again.text() == ""
    again.line("new")
    assert again.text() == "new\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("logs")


@given(pieces=st.lists(st.binary(max_size=40), max_size=12), most=st.integers(0, 60))
def test_whatever_is_written_the_beginning_and_the_end_are_kept(
    folder: Path, pieces: list[bytes], most: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept_log, "HEAD", 7)
        patch.setattr(kept_log, "END", 16)
        patch.setattr(kept_log, "_PIECE", 5)
        log = KeptLog(folder / "log")
        for piece in pieces:
            log.write(piece)
        whole = b"".join(pieces)
        left_out = len(whole) - 7 - 16
        gap = b"\n[%d bytes are left out here]\n" % left_out if left_out > 0 else b""
        end = whole[7:][-16:]
        assert b"".join(log.pieces()) == whole[:7] + gap + end
        kept = whole if left_out <= 0 else end
        assert (
            log.tail(most).encode()
            == kept[len(kept) - min(most, len(kept)) :].decode(errors="replace").encode()
        )


def test_little_of_a_long_log_is_in_memory(tmp_path: Path) -> None:
    log = KeptLog(tmp_path / "log")
    piece = b"x" * 65536
    tracemalloc.start()
    try:
        for _ in range(200):
            log.write(piece)
        log.tail(65536)
        assert sum(len(each) for each in log.pieces()) > HEAD + END
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MIB
