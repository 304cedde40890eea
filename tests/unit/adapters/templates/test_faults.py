"""What is wrong with an operator's template: told at the start, or with its line when rendered."""

import json
from pathlib import Path

import pytest
from support.own_templates import DOCKERFILE, FUNCTION, planted, refused

from knative_lambda.adapters.templates.folder import packaged
from knative_lambda.adapters.templates.overrides import overridden
from knative_lambda.adapters.templates.templates import ours
from knative_lambda.domain.errors import SetupError

IDS = {"third_party_id": "acme", "parser_id": "hello", "handler": "a.b", "source": "c"}


@pytest.mark.parametrize("name", packaged())
def test_no_template_of_ours_has_a_fault(name: str) -> None:
    assert list(ours().faults(name)) == []


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        (FUNCTION, "{\n  {{ handler }\n}", "line 2: unexpected '}'"),
        (FUNCTION, "{% if handler %}\n", "line 1: Unexpected end of template"),
        (FUNCTION, "\n\n{{ handler | shout }}", "line 3: No filter named 'shout'."),
        (
            FUNCTION,
            "\n{{ handler }} {{ hanlder }}",
            "line 2: there is no value 'hanlder'; there are: third_party_id, parser_id, handler, ",
        ),
        (
            DOCKERFILE,
            "# One\nFROM {{ base_image }}\n",
            "line 2: {{ base_image }} must name its grammar, one of: image, variable, file",
        ),
        (DOCKERFILE, "FROM {{ image | image }}\n", "line 1: there is no value 'image'"),
    ],
    ids=["syntax", "unfinished", "filter", "value", "grammar", "value in a Dockerfile"],
)
def test_a_fault_of_a_template_is_told_with_its_line(
    tmp_path: Path, name: str, text: str, problem: str
) -> None:
    (said,) = refused(tmp_path, {name: text})
    assert said.startswith(f"{name}, {problem}")


@pytest.mark.parametrize(
    "text",
    [
        '"{{ handler }}"',
        "'{{ handler }}'",
        '"of {{ handler }} it"',
        "a: 'of {{ handler }} it'",
        '{"a": "b", "c": "{{ handler }}"}',
        "a: b-{{ handler }}",
        "a: {{ handler }}-b",
        "[b{{ handler }}]",
        "{{ handler }}{{ source }}",
    ],
)
def test_law_7_a_value_inside_of_quotes_or_of_another_word_is_told(
    tmp_path: Path, text: str
) -> None:
    (said,) = refused(tmp_path, {FUNCTION: f"# It's\n{text}\n"})
    assert said.startswith(
        f"{FUNCTION}, line 2: a value brings its own quotes and must stand alone"
    )


@pytest.mark.parametrize(
    "text",
    [
        "{{ handler }}",
        '{"a":{{ handler }},"b": {{ source }}}',
        "- {{ handler }}\n- [{{ handler }}, {{ source }}]\n{{ handler }}: 'x'\n",
        "'it''s': {{ handler }}",
        '"a # b": {{ handler }}',
        "# It isn't {{ handler }}.\n",
        "{% if handler %}\na: {{ handler }}\n{% endif %}\n",
    ],
)
def test_a_value_in_the_place_of_a_whole_one_is_none_of_the_faults(
    tmp_path: Path, text: str
) -> None:
    overridden(planted(tmp_path, {FUNCTION: text}))


def test_a_template_that_is_no_text_is_told(tmp_path: Path) -> None:
    said = refused(tmp_path, {FUNCTION: b"caf\xe9"})
    assert said == [f"{FUNCTION}: is not UTF-8 at byte 3; save it as UTF-8"]


def test_what_a_template_makes_up_itself_is_no_unknown_value(tmp_path: Path) -> None:
    text = "{% set x = handler %}{% for y in [x] %}{{ y }}, {{ loop.index }}{% endfor %}"
    assert overridden(planted(tmp_path, {FUNCTION: text})).rendered(FUNCTION, **IDS) == b'"a.b", 1'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{\n{{ handler.deeper }}", ", line 2: 'str object' has no attribute 'deeper'"),
        ("{{ handler }}\n\n{{ 1 / 0 }}", ", line 3: division by zero"),
        ("{{ handler.upper }}", ", line 1: Object of type builtin_function_or_method is not JSON"),
        ("\n{% include 'none' %}", ", line 2: none"),
    ],
    ids=["attribute", "arithmetic", "no JSON", "include"],
)
def test_law_7_what_only_rendering_shows_is_told_with_its_line(
    tmp_path: Path, text: str, said: str
) -> None:
    made = overridden(planted(tmp_path, {FUNCTION: text}))
    with pytest.raises(SetupError) as caught:
        made.rendered(FUNCTION, **IDS)
    assert str(caught.value).startswith(f"template {FUNCTION}{said}")


def test_a_fault_in_what_is_included_is_told_where_it_is(tmp_path: Path) -> None:
    files = {
        FUNCTION: "{% include 'runtimes/func.yaml.j2' %}",
        "runtimes/func.yaml.j2": "\n\n{{ name.deeper }}",
    }
    with pytest.raises(SetupError, match=r"^template runtimes/func\.yaml\.j2, line 3: "):
        overridden(planted(tmp_path, files)).rendered(FUNCTION, **IDS, name="a")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("RUN {{ build_args[0] }}\n", "line 1: 'A' in a Dockerfile was not checked"),
        ("{% for a in build_args %}\nARG {{ a }}\n{% endfor %}\n", "line 2: 'A' in a Dockerfile"),
        ("\nARG {{ (build_args[0] | variable) + '=$(id)' }}\n", r"line 2: 'A=\$\(id\)' in a"),
        ("FROM {{ build_args[0] | image }}\n", "line 1: 'A' in a Dockerfile must be an image"),
    ],
)
def test_law_7_a_dockerfile_of_an_operator_takes_no_value_unchecked(
    tmp_path: Path, text: str, said: str
) -> None:
    made = overridden(planted(tmp_path, {DOCKERFILE: text}))
    with pytest.raises(SetupError, match=f"^template {DOCKERFILE}, {said}"):
        made.rendered(DOCKERFILE, build_args=["A"])


@pytest.mark.parametrize(
    "text", ["{{ handler }}", "{{ handler | safe }}", "{{ handler | string }}"]
)
def test_law_7_a_document_of_an_operator_has_each_value_quoted(tmp_path: Path, text: str) -> None:
    hostile = '"}\n{{ 7 * 7 }}: $(id) <&>'
    made = overridden(planted(tmp_path, {FUNCTION: text}))
    assert json.loads(made.rendered(FUNCTION, handler=hostile)) == hostile
