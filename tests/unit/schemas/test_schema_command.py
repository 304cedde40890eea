"""`knative-lambda schema`: what it prints, and what it refuses."""

import argparse
import json

import pytest
from support.documented_json import keys

from knative_lambda.adapters.schemas import UnknownTypeError, schema, types
from knative_lambda.entrypoints.schema import add_to
from knative_lambda.settings import Settings


async def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_to(parser.add_subparsers())
    options = parser.parse_args(["schema", *arguments])
    code = await options.run(options, Settings())
    assert isinstance(code, int)
    return code


@pytest.mark.parametrize("name", ["build.start", "network.notifi.lambda.build.start"])
async def test_a_schema_is_printed_as_json(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(name) == 0

    printed = capsys.readouterr().out
    assert json.loads(printed) == schema("build.start")
    assert printed.startswith('{\n  "$schema"')
    assert printed.endswith("}\n")


async def test_without_a_type_all_are_listed_a_line_each(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert await run() == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [kind.short for kind in types()]
    for line, kind in zip(lines, types(), strict=True):
        assert f"  {kind.directions}  " in line
        assert line.endswith(f"  {kind.title}")


async def test_programs_get_the_same_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert await run("--output", "json") == 0

    listed = json.loads(capsys.readouterr().out)
    assert [one["type"] for one in listed] == [kind.short for kind in types()]
    assert set(listed[0]) == keys("`schema`")


async def test_the_columns_of_the_list_are_even(capsys: pytest.CaptureFixture[str]) -> None:
    await run()

    lines = capsys.readouterr().out.splitlines()
    starts = {line.index(kind.title) for line, kind in zip(lines, types(), strict=True)}
    assert len(starts) == 1
    assert max(map(len, lines)) <= 120


async def test_an_unknown_type_is_refused_and_prints_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(UnknownTypeError, match=r"did you mean build\.start\?"):
        await run("build.strat")

    assert capsys.readouterr().out == ""
