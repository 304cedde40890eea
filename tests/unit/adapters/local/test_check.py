"""What keeps this machine from building and serving is told."""

import os
from pathlib import Path

import pytest

from knative_lambda.adapters.local.check import MachineCheck
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
    assert "export KLB_STATE_DIR=" in folder.mend


async def test_a_folder_that_may_not_be_written_to_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # whoever is root may do it all
    folder = (await found(tmp_path))["state folder"]
    assert folder.severity is Severity.FAIL
    assert f"chown {os.getuid()} {tmp_path}" in folder.mend


async def test_programs_that_are_missing_are_doubtful_with_what_installs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told = [each for each in await MachineCheck(tmp_path).findings() if each.subject == "programs"]
    assert {each.severity for each in told} == {Severity.WARNING}
    assert [each.text.partition(":")[0] for each in told] == ["node", "npm", "go"]
    assert all(each.mend.startswith("apt-get install") for each in told)


async def test_where_all_programs_are_that_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("node", "npm", "go"):
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (await found(tmp_path))["programs"].text == "Node.js, npm, Go, pip are there"
