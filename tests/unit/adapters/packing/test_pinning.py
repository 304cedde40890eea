"""Whether an installation gives the same each time."""

import pytest
from support.sources import go, node, python, source

from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.adapters.packing.pinning import is_pinned
from knative_lambda.domain.runtimes import Language

DEPENDS = '{"dependencies": {"left": "^1"}}'


def is_python_pinned(requirements: str, project: str | None = None) -> bool:
    files = source({"requirements.txt": requirements})
    return is_pinned(Language.PYTHON, files, python(requirements, project))


@pytest.mark.parametrize(
    ("installation", "expected"),
    [
        (node("{}"), True),
        (node(DEPENDS), False),
        (node(DEPENDS, lock="{}"), True),
        (node(DEPENDS, shrinkwrap="{}"), True),
        (node('{"scripts": {"build": "make"}}'), True),
    ],
)
def test_npm_takes_what_its_lock_says(installation: Installation, *, expected: bool) -> None:
    assert is_pinned(Language.NODEJS, source({}), installation) is expected


def test_go_takes_what_its_sums_allow() -> None:
    assert is_pinned(Language.GO, source({}), go({}))


@pytest.mark.parametrize(
    "requirements",
    [
        "",
        "# nothing",
        "--index-url https://p.test",
        "attrs==25.1",
        "attrs == 25.1.0.post1+local ; python_version > '3'",
        "attrs===25.1\nhttpx[http2]==0.28.1  # why",
        "attrs @ https://p.test/attrs.whl#sha256=00ff",
        "attrs[x]@https://p.test/attrs.whl#egg=attrs&sha512=00ff ; python_version > '3'",
        "attrs>=25 --hash=sha256:00",
        "attrs==25.1 \\\n  --hash=sha256:00",
    ],
)
def test_one_version_or_a_hash_for_each_requirement_is_pinned(requirements: str) -> None:
    assert is_python_pinned(requirements)


@pytest.mark.parametrize(
    "requirements",
    [
        "attrs",
        "attrs>=25.1",
        "attrs~=25.1",
        "attrs==25.*",
        "attrs==25.1,<26",
        "attrs==25.1\nhttpx",
        "attrs @ https://p.test/attrs.whl",
        "attrs @ git+https://p.test/attrs@main",
        "-r more.txt",
        "-e .",
        "./lib",
        "own-1.0-py3-none-any.whl",
    ],
)
def test_what_leaves_a_choice_is_not_pinned(requirements: str) -> None:
    assert not is_python_pinned(requirements)


def test_a_requirement_of_many_blanks_comes_to_an_end() -> None:
    blanks = " " * 500_000  # with two places for them, there would be so many ways to part them
    assert not is_python_pinned(f"attrs{blanks}x")
    assert is_python_pinned(f"attrs{blanks}=={blanks}25.1")


def test_a_package_brings_requirements_that_are_not_seen() -> None:
    assert not is_python_pinned("attrs==25.1 --hash=sha256:00", "[build-system]")
