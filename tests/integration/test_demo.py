"""`knative-lambda demo`, run as a person runs it: its story, and that nothing is left of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.shell import ROOT, Shell, shell_in


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    with shell_in(tmp_path) as one:
        yield one


def assert_nothing_is_left(shell: Shell) -> None:
    assert list((shell.place / "tmp").iterdir()) == []
    assert not (shell.place / "state").exists()
    assert shell.processes() == []


def test_the_demo_plays_to_its_end_and_leaves_nothing(shell: Shell) -> None:
    ended = shell.run("demo")
    assert ended.code == 0, ended.text
    assert "Good morning, world, from Python" in ended.text
    assert "Good morning, world, from Node.js" in ended.text
    assert "The end" in ended.text
    assert_nothing_is_left(shell)


def test_without_node_the_demo_plays_the_python_half_and_says_so(shell: Shell) -> None:
    shell.without_node()
    ended = shell.run("demo")
    assert ended.code == 0, ended.text
    assert "Good morning, world, from Python" in ended.text
    assert "Node.js is not on this machine" in ended.text
    assert "hello-node" not in ended.text
    assert_nothing_is_left(shell)


def test_a_demo_that_goes_wrong_says_so_and_leaves_nothing(shell: Shell, tmp_path: Path) -> None:
    examples = tmp_path / "examples"
    shutil.copytree(ROOT / "examples", examples)
    shutil.copy(examples / "broken" / "requirements.txt", examples / "hello-python")
    ended = shell.run("demo", examples)
    assert ended.code == 1
    assert "The story ends here: " in ended.text
    assert "Traceback" not in ended.text
    assert_nothing_is_left(shell)


def test_a_demo_without_its_examples_asks_for_them(shell: Shell) -> None:
    ended = shell.run("demo", "nowhere")
    assert ended.code == 2
    assert ended.text.startswith("knative-lambda: nowhere: is no folder; name the one")
