"""What `completion` prints makes real shells complete the command's lines."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.shell import COMMAND
from support.typing_shell import TypingShell, typing_into

# As each of them wants its file to be called.
NAMES = {"bash": "knative-lambda", "zsh": "_knative-lambda", "fish": "knative-lambda.fish"}
# How a shell takes its file, and shows what there is to choose from.
SETUPS = {
    "bash": "source ./knative-lambda; bind 'set show-all-if-ambiguous on'; PS1='> '",
    "zsh": "fpath=($PWD $fpath); autoload -U compinit; compinit -D; PS1='> '",
    "fish": "source ./knative-lambda.fish",
}
QUIET = {"bash": ["--norc", "--noprofile", "-i"], "zsh": ["-f", "-i"]}


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that has them, each by its shell's name."""
    place = tmp_path_factory.mktemp("scripts")
    for shell, name in NAMES.items():
        ran = subprocess.run([COMMAND, "completion", shell], capture_output=True, check=True)
        assert ran.stderr == b""
        (place / name).write_bytes(ran.stdout)
    return place


@pytest.mark.parametrize("shell", NAMES)
def test_each_shell_takes_its_script_without_a_word(scripts: Path, shell: str) -> None:
    setup = SETUPS[shell].partition("; bind")[0]
    ran = subprocess.run([shell, "-c", setup], capture_output=True, check=True, cwd=scripts)
    assert (ran.stdout, ran.stderr) == (b"", b"")


@pytest.fixture(params=["bash", "zsh"])
def shell(request: pytest.FixtureRequest, scripts: Path, tmp_path: Path) -> Iterator[TypingShell]:
    """One that has taken its script, in a folder with a file and a folder."""
    (tmp_path / "orders.json").touch()
    (tmp_path / "orders").mkdir()
    name = str(request.param)
    with typing_into(name, *QUIET[name], variables={"HOME": str(tmp_path)}) as one:
        one.type(f"cd {scripts}; {SETUPS[name]}; cd {tmp_path}; echo all is set\\ up\n")
        one.until("all is set up\r\n")
        yield one


@pytest.mark.parametrize(
    ("begun", "whole"),
    [
        ("stat", "status "),
        ("dlq rep", "replay "),
        ("submit --third", "--third-party "),
        ("list --output j", "json "),
        ("dlq list --reason sta", "stale "),
        ("dev --runtime python311", "python311 "),
        ("completion f", "fish "),
        ("schema build.canc", "build.cancel"),
        ("render orders.j", "orders.json "),
        ("dev ord", "orders/"),
        ("submit ord", "orders/"),
    ],
)
def test_what_is_begun_is_completed(shell: TypingShell, begun: str, whole: str) -> None:
    typed = f"knative-lambda {begun}"
    shell.type(f"{typed}\t")
    shell.until(typed + whole.removeprefix(begun.rsplit(maxsplit=1)[-1]))


def test_all_that_may_come_next_is_shown(shell: TypingShell) -> None:
    shell.type("knative-lambda dlq \t")
    for action in ("list", "show", "replay", "purge"):
        shell.until(action)


@pytest.mark.parametrize(
    ("begun", "candidates"),
    [
        ("re", {"reconcile", "render"}),
        ("dlq ", {"list", "show", "replay", "purge"}),
        ("list --", {"--third-party", "--limit", "--output", "--help"}),
        ("dlq list --output ", {"table", "json"}),
        ("dlq list --re", {"--reason"}),
        ("completion ", {"bash", "zsh", "fish"}),
    ],
)
def test_fish_knows_the_same(scripts: Path, begun: str, candidates: set[str]) -> None:
    call = f"{SETUPS['fish']}; complete --do-complete 'knative-lambda {begun}'"
    ran = subprocess.run(
        ["fish", "-c", call], capture_output=True, check=True, cwd=scripts, text=True
    )
    assert {line.partition("\t")[0] for line in ran.stdout.splitlines()} == candidates


def test_no_setting_keeps_a_shell_from_its_script() -> None:
    wrong = {"KLB_JOB_RUNNER": "nonsense", "PATH": "/usr/bin:/bin"}
    ran = subprocess.run(
        [COMMAND, "completion", "bash"], env=wrong, capture_output=True, check=True
    )
    assert b"complete " in ran.stdout
