"""What is read from go.mod and go.sum: the modules that may have code in the program."""

import pytest
from support.locked import of_go, purls

from knative_lambda.domain.component import Component

SUM = "h1:QZuIFXGLqPWUMdM3JLBVHEhEKfRRNFx9ZpOUN/Zv0Mk="
MODULE = """module function

go 1.26

require "code.test/Acme/Semver/v3" v3.3.1 // the one
require (
	code.test/b v2.8.3+incompatible
	code.test/c v0.0.0-20200313102051-9f266ea9e77c // indirect
)
require(
	code.test/d v1.0.0
)

exclude code.test/b v2.8.2+incompatible
"""


def sums(*modules: str) -> str:
    """A go.sum with the content and the go.mod of each of *modules*."""
    return "".join(f"{each} {SUM}\n{each}/go.mod {SUM}\n" for each in modules)


ALL = sums(
    "code.test/Acme/Semver/v3 v3.3.1",
    "code.test/b v2.8.2+incompatible",
    "code.test/b v2.8.3+incompatible",
    "code.test/c v0.0.0-20200313102051-9f266ea9e77c",
    "code.test/d v1.0.0",
    "code.test/e v1.0.0",
)


def test_what_is_required_and_vouched_for_is_told() -> None:
    assert of_go(MODULE, ALL) == (
        Component(
            "code.test/Acme/Semver/v3", "v3.3.1", "pkg:golang/code.test/acme/semver/v3@v3.3.1"
        ),
        Component(
            "code.test/b",
            "v2.8.3+incompatible",
            "pkg:golang/code.test/b@v2.8.3%2Bincompatible",
        ),
        Component(
            "code.test/c",
            "v0.0.0-20200313102051-9f266ea9e77c",
            "pkg:golang/code.test/c@v0.0.0-20200313102051-9f266ea9e77c",
        ),
        Component("code.test/d", "v1.0.0", "pkg:golang/code.test/d@v1.0.0"),
    )


def test_a_module_whose_code_is_not_needed_is_left_out() -> None:
    only_mod = f"code.test/a v1.0.0/go.mod {SUM}\n"

    assert of_go("require code.test/a v1.0.0", only_mod) == ()


@pytest.mark.parametrize(
    ("replacement", "told"),
    [
        ("code.test/a => code.test/e v1.0.0", ["pkg:golang/code.test/e@v1.0.0"]),
        ("code.test/a v1.0.0 => code.test/e v1.0.0", ["pkg:golang/code.test/e@v1.0.0"]),
        ("code.test/a v1.0.1 => code.test/e v1.0.0", ["pkg:golang/code.test/a@v1.0.0"]),
        ("code.test/a => ./a", []),
        ("code.test/a v1.0.0 => ../a", []),
        ("code.test/a =>", ["pkg:golang/code.test/a@v1.0.0"]),
    ],
)
@pytest.mark.parametrize("block", [False, True])
def test_a_module_is_told_by_what_replaces_it(
    replacement: str, told: list[str], *, block: bool
) -> None:
    replace = f"replace (\n{replacement}\n)\n" if block else f"replace {replacement}\n"
    module = f"{replace}require code.test/a v1.0.0\n"

    assert purls(of_go(module, sums("code.test/a v1.0.0", "code.test/e v1.0.0"))) == told


def test_a_replacement_of_one_version_comes_before_that_of_all() -> None:
    module = (
        "require code.test/a v1.0.0\nreplace code.test/a => ./a\n"
        "replace code.test/a v1.0.0 => code.test/e v1.0.0"
    )

    assert purls(of_go(module, sums("code.test/e v1.0.0"))) == ["pkg:golang/code.test/e@v1.0.0"]


@pytest.mark.parametrize(
    "words",
    ["code.test/é v1.0.0", "code.test//a v1.0.0", "/a v1.0.0", "a 1.0.0", "a v1.0\x00", "a"],
)
def test_what_is_no_module_is_left_out(words: str) -> None:
    text = f"require (\n{words}\ncode.test/d v1.0.0\n)"

    assert purls(of_go(text, ALL + f"{words} {SUM}\n")) == ["pkg:golang/code.test/d@v1.0.0"]


@pytest.mark.parametrize("text", ["", ")", "require", "require (", "(" * 100_000, "\n" * 100_000])
def test_a_module_that_requires_nothing_tells_nothing(text: str) -> None:
    assert of_go(text, ALL) == ()
