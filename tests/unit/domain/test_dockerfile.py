"""How a Dockerfile falls into instructions and stages."""

import pytest

from knative_lambda.domain.dockerfile import Instruction, stages
from knative_lambda.domain.recipe import NoRecipeError


def reason(text: str) -> str:
    with pytest.raises(NoRecipeError) as refused:
        stages(text)
    return str(refused.value)


def words(text: str) -> list[str]:
    return [
        instruction.words
        for stage in stages(text)
        for instruction in (stage.start, *stage.instructions)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "FROM a:1\nENV A=1 B=2\nUSER 1\n",
        "FROM a:1\nENV A=1 B=2\nUSER 1",
        "\ufeffFROM a:1\r\nENV A=1 B=2\r\nUSER 1\r\n",
        "\n# a comment\n\n  from   a:1\n\tenv\tA=1 B=2  \n   # another\nUSER 1\n",
        "FROM a:1\nENV A=1 \\\nB=2\nUSER 1\n",
        "FROM a:1\nENV A=1\\  \n\n  # between\n B=2\nUSER 1\n",
        "FROM a:1\nENV A=1 B=2\nUSER 1\\\n",
        "FROM a:1\n\\\nENV A=1 B=2\nUSER 1\n\\\n",
    ],
    ids=["plain", "no end", "Windows", "spaced", "continued", "interrupted", "open", "empty"],
)
def test_what_looks_different_and_says_the_same_is_the_same(text: str) -> None:
    assert words(text) == ["FROM a:1", "ENV A=1 B=2", "USER 1"]


def test_two_backslashes_continue_nothing() -> None:
    assert words("FROM a\nENV A=\\\\\nUSER 1\n") == ["FROM a", "ENV A=\\\\", "USER 1"]


def test_stages_have_names_or_numbers() -> None:
    found = stages("FROM a\nUSER 1\nFROM b AS Build\nFROM build as last\nUSER 2\n")
    assert [(stage.name, stage.base) for stage in found] == [
        ("0", "a"),
        ("build", "b"),
        ("last", "build"),
    ]
    assert found[2].instructions == (Instruction("USER", "2"),)


@pytest.mark.parametrize(
    "directive",
    [
        "# syntax=docker/dockerfile:1\n",
        "# Syntax = docker/dockerfile:1.7.0\n",
        "# escape=\\\n",
        "# check=skip=all\n",
        "# unknown=1\n#syntax=docker/dockerfile:1\n",
        "# no directive\n# syntax=own/grammar:1\n",
        "\n# syntax=own/grammar:1\n",
    ],
)
def test_directives_that_change_nothing_are_comments(directive: str) -> None:
    assert words(f"{directive}FROM a\n") == ["FROM a"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "# syntax=own/grammar:1\nFROM a\n",
            "its Dockerfile asks for a grammar of its own: syntax",
        ),
        ("# check=skip=all\n#escape=`\nFROM a\n", "asks for a grammar of its own: escape"),
        ("", "its Dockerfile has no FROM"),
        ("# check=skip=all", "its Dockerfile has no FROM"),
        ("# nothing\n", "its Dockerfile has no FROM"),
        ("ARG A=1\nFROM a\n", "begins with something else than FROM: ARG A=1"),
        ("FROM a\nUSER\n", "has a line that is no instruction"),
        ("FROM a\n=\n", "has a line that is no instruction"),
        ("FROM a\nUSER \x1b[31m\n", "has a character that is not printed"),
        ("FROM a\nUSER \ud800\n", "has a character that is not printed"),
        ("FROM a\nRUN <<EOF\nmake\nEOF\n", "has a here-document: RUN <<EOF"),
        ("FROM a\nCOPY <<x /x\nx\n", "has a here-document"),
        ("FROM $BASE\n", "stands on an image that is not plainly named: FROM $BASE"),
        ('FROM "a"\n', "stands on an image that is not plainly named"),
        ("FROM --platform=linux/amd64 a\n", "has an option that only a build can follow"),
        ("FROM a AS 1st\n", "has a FROM that is neither IMAGE nor IMAGE AS NAME"),
        ("FROM a b c\n", "has a FROM that is neither IMAGE nor IMAGE AS NAME"),
        ("FROM a AS\n", "has a FROM that is neither IMAGE nor IMAGE AS NAME"),
        ("FROM a AS b\nFROM c AS B\n", "gives one name to several stages: FROM a AS b"),
    ],
)
def test_what_is_not_read_is_said(text: str, said: str) -> None:
    assert said in reason(text)


def test_a_long_instruction_is_cut_in_a_reason() -> None:
    told = reason(f"FROM {'$' * 200}\n")
    assert told.endswith("$…")
    assert len(told) < 150
