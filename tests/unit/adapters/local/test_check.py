"""What keeps this machine from building and serving is told."""

import os
from pathlib import Path

import pytest

from knative_lambda.adapters.local.check import MachineCheck
from knative_lambda.adapters.local.toolchain import OLDEST_GO
from knative_lambda.ports.check import Finding, Severity


async def found(state: Path) -> dict[str, Finding]:
    return {each.subject: each for each in await MachineCheck(state).findings()}


async def test_a_folder_need_not_be_there_yet(tmp_path: Path) -> None:
    state = tmp_path / "new" / "state"
    assert (await found(state))["state folder"].severity is Severity.OK
    assert not state.exists()


async def test_a_folder_that_is_none_is_broken(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    folder = (await found(file / "state"))["state folder"]
    assert folder.severity is Severity.FAIL
    assert str(file) in folder.text
    assert folder.mend == "export KLB_STATE_DIR=~/knative-lambda"  # whose it is changes nothing


async def test_a_folder_that_may_not_be_written_to_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # whoever is root may do it all
    folder = (await found(tmp_path))["state folder"]
    assert folder.severity is Severity.FAIL
    assert f"chown {os.getuid()} {tmp_path}" in folder.mend
    assert "export KLB_STATE_DIR=" in folder.mend


async def test_programs_that_are_missing_are_doubtful_with_what_installs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told = [each for each in await MachineCheck(tmp_path).findings() if each.subject == "programs"]
    assert {each.severity for each in told} == {Severity.WARNING}
    assert [each.text.partition(":")[0] for each in told] == ["node", "npm", "go"]
    node, npm, go = (each.mend for each in told)
    assert node == npm == "apt-get install nodejs npm"
    assert "https://go.dev/dl/" in go


def programs(folder: Path, go: str) -> None:
    """Put there what is looked for; *go* is what Go does."""
    for name, text in (("node", ""), ("npm", ""), ("go", f"#!/bin/sh\n{go}\n")):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    "go",
    [
        "echo go version go1.26.1 linux/amd64",
        "echo go version go1.27rc1 linux/amd64",
        "echo go version devel go2.0-7a1b linux/amd64",
        '[ "$GOTOOLCHAIN" = local ] && echo go version go1.26',
    ],
)
async def test_where_all_programs_are_that_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, go: str
) -> None:
    programs(tmp_path, go)
    monkeypatch.setenv("PATH", str(tmp_path))
    told = await MachineCheck(tmp_path).findings()
    assert [each.text for each in told[1:]] == ["Node.js, npm, Go, pip are there"]


@pytest.mark.parametrize(
    ("go", "text"),
    [
        ("echo go version go1.19.8 linux/amd64", "go: it is 1.19; install Go 1.26 or newer"),
        ("echo go version go1.9 linux/amd64", "go: it is 1.9; install Go 1.26 or newer"),
        ("echo go: cannot find GOROOT directory; exit 2", "go: it tells no version; install Go"),
    ],
)
async def test_a_go_that_cannot_build_is_doubtful(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, go: str, text: str
) -> None:
    programs(tmp_path, go)
    monkeypatch.setenv("PATH", str(tmp_path))
    (told,) = (each for each in await MachineCheck(tmp_path).findings() if each.text[:3] == "go:")
    assert told.severity is Severity.WARNING
    assert told.text.startswith(text)
    assert "https://go.dev/dl/" in told.mend


async def test_a_go_that_cannot_be_started_is_doubtful(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs(tmp_path, "")
    (tmp_path / "go").write_text("no program")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (await found(tmp_path))["programs"].text.startswith("go: it tells no version")


def test_the_oldest_go_is_what_the_wrapper_demands() -> None:
    module = (Path(__file__).parents[4] / "templates/runtimes/go/runtime/go.mod").read_text()
    assert f"\ngo {OLDEST_GO[0]}.{OLDEST_GO[1]}\n" in module
