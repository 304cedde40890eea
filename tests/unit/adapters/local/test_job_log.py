"""What is kept of a build's log, however long it is."""

from pathlib import Path

from knative_lambda.adapters.local.job_log import JobLog

MIB = 1024 * 1024


def test_a_log_is_kept_whole_on_disk_and_in_text(tmp_path: Path) -> None:
    log = JobLog(tmp_path / "log")
    log.line("größer")
    log.write(b"half")
    assert log.text() == "größer\nhalf"
    assert (tmp_path / "log").read_text(encoding="utf-8") == "größer\nhalf"


def test_a_log_without_lines_is_empty(tmp_path: Path) -> None:
    log = JobLog(tmp_path / "log")
    assert log.text() == log.tail(10) == ""


def test_the_tail_is_the_end(tmp_path: Path) -> None:
    log = JobLog(tmp_path / "log")
    log.write(b"beginning, end")
    assert log.tail(3) == "end"


def test_of_an_endless_log_the_beginning_and_the_end_are_kept(tmp_path: Path) -> None:
    log = JobLog(tmp_path / "log")
    log.line("first")
    for _ in range(6):
        log.write(b"x" * MIB)
    log.line("last")
    text = log.text()
    assert text.startswith("first\nxxx")
    assert text.endswith("xxxlast\n")
    assert (tmp_path / "log").stat().st_size < 5 * MIB
    (notice,) = (line for line in text.splitlines() if line.startswith("["))
    left_out = int(notice.removeprefix("[").split(" ")[0])
    assert len(text) - len(f"\n{notice}\n") + left_out == len("first\n" + "last\n") + 6 * MIB


def test_an_end_that_follows_on_the_beginning_is_not_doubled(tmp_path: Path) -> None:
    log = JobLog(tmp_path / "log")
    written = b"".join(b"%09d\n" % number for number in range(4 * MIB // 10 + 5000))
    log.write(written)
    assert log.text() == written.decode()
