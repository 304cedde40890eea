"""What go.mod and go.sum ask of a build."""

import pytest
from support.sources import go

from knative_lambda.adapters.packing.go_project import generated_module
from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.domain.errors import SourceRefusedError

BOTH = ("go.mod", "go.sum")
REQUIRES = "module function\n\ngo 1.27\n\nrequire code.test/a v1.0.0\n"


@pytest.mark.parametrize(
    "text",
    [
        "module function\n",
        "module function // with words\n\ngo 1.26\n",
        'module "function"\n',
        "// require code.test/a v1.0.0\nmodule function\r\n",
        generated_module("1.27").decode(),
    ],
)
def test_a_module_that_requires_nothing_installs_nothing(text: str) -> None:
    assert go({"go.mod": text}) == Installation()


def test_a_source_without_a_module_installs_nothing() -> None:
    assert go({}) == Installation()


@pytest.mark.parametrize(
    "text",
    [
        REQUIRES,
        "module function\nrequire (\n\tcode.test/a v1.0.0\n)\n",
        f"{REQUIRES}replace code.test/a => code.test/b v1.0.0\n",
    ],
)
def test_modules_are_downloaded_before_the_code(text: str) -> None:
    assert go({"go.mod": text, "go.sum": ""}) == Installation(install=True, manifests=BOTH)


def test_a_module_of_a_million_blank_lines_is_read() -> None:
    blank = "\n" * 1_000_000
    assert go({"go.mod": f"{blank}module function\n"}) == Installation()
    with pytest.raises(SourceRefusedError, match="names no module"):
        go({"go.mod": blank})


def test_a_name_on_another_line_names_no_module() -> None:
    with pytest.raises(SourceRefusedError, match="names no module"):
        go({"go.mod": "module\n\nfunction\n"})


@pytest.mark.parametrize("place", ["./a", "../function/a", '"./a"', "/a"])
def test_a_module_in_a_folder_needs_the_code(place: str) -> None:
    text = f"{REQUIRES}replace code.test/a => {place}\n"
    assert go({"go.mod": text}) == Installation(install=True)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"go.mod": REQUIRES}, "go.sum: is missing, so the modules"),
        ({"go.sum": ""}, "go.sum: has no go.mod beside it"),
        ({"go.mod": "go 1.27\n"}, "go.mod: names no module; let it begin with: module function"),
        (
            {"go.mod": "module code.test/parser\n"},
            "go.mod: names the module 'code.test/parser', but what serves a function imports it",
        ),
    ],
    ids=["no sums", "sums alone", "no name", "another name"],
)
def test_a_module_that_cannot_be_built_is_refused(files: dict[str, str], said: str) -> None:
    with pytest.raises(SourceRefusedError) as refused:
        go(files)
    assert refused.value.detail.startswith(said)
