"""Law 7: nothing that a tenant sends is interpreted, as YAML, JSON or Dockerfile."""

import json
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from support.dockerfile import DockerfileError, Instruction, instructions

from knative_lambda.adapters.packing.generated import generated
from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.adapters.templates import folder
from knative_lambda.adapters.templates.dockerfiles import DockerfileValueError, dockerfiles
from knative_lambda.adapters.templates.documents import documents
from knative_lambda.adapters.templates.templates import ours
from knative_lambda.domain import names
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import BuildRequest, FunctionConfig, Trigger
from knative_lambda.domain.runtimes import RUNTIMES, Language

HOSTILE = [
    *("\n", "\r\n", "\\\n", '"', "'", "`", "\\", "\0", "\t", "\x7f", "\x85", "\u2028", "\ufeff"),
    *("{{", "}}", "{% raw %}", "{{ 7 * 7 }}", "${HOME}", "$(id)", "\nRUN id", "\n  injected: true"),
    *("# ", ": ", "- ", "&a", "*a", "!!python/object:os.system", "---\n", "<<EOF", "\U0001f40d"),
    *("null", "true", "0x10", "1e3", "~", "../../etc/passwd", "\ufffe", "\U000e0001", "é"),
]
DOCKERFILES, DOCUMENTS = dockerfiles({}), documents({})
texts = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), max_size=8).map("".join)
ids = st.from_regex(r"\A[A-Za-z0-9]([A-Za-z0-9._-]{0,20}[A-Za-z0-9])?\Z")
pairs = st.lists(st.tuples(texts, texts), max_size=3).map(tuple)
configs = st.builds(
    FunctionConfig,
    env=pairs,
    secrets=st.lists(texts, max_size=2).map(tuple),
    timeout_seconds=st.integers(),
    triggers=st.lists(pairs.map(Trigger), max_size=2).map(tuple),
)
requests = st.builds(
    BuildRequest,
    function=st.builds(FunctionId, ids, ids),
    runtime=st.sampled_from(sorted(RUNTIMES)),
    source_url=texts,
    source_ref=st.none() | texts,
    source_path=texts,
    source_credentials=st.none() | texts,
    handler=texts,
    # The names are those that a valid request may have; the values are anything.
    build_args=st.dictionaries(
        st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_]{0,20}\Z"), texts, max_size=4
    ).map(lambda args: tuple(args.items())),
    build_timeout=st.integers(),
    force=st.booleans(),
    correlation_id=st.none() | texts,
    config=configs,
)
installations = st.builds(
    Installation,
    install=st.booleans(),
    manifests=st.sampled_from([(), ("package.json", ".npmrc")]),
    locked=st.booleans(),
    build_script=st.booleans(),
    hashed=st.booleans(),
    package=st.booleans(),
)


def files(request: BuildRequest, installation: Installation) -> dict[str, bytes]:
    """What is generated for the request, by path."""
    runtime = RUNTIMES[request.runtime]
    members = generated(ours(), request, runtime, installation, has_manifest=False)
    return {member.path: content(member.origin) for member in members}


def content(origin: object) -> bytes:
    assert isinstance(origin, bytes)
    return origin


@given(request=requests)
def test_law_7_func_yaml_holds_exactly_what_was_put_in(request: BuildRequest) -> None:
    runtime = RUNTIMES[request.runtime]
    found = yaml.safe_load(files(request, Installation())["func.yaml"])
    created = found.pop("created")
    assert found == {
        "specVersion": "0.36.0",
        "name": names.service(request.function),
        "runtime": {"nodejs": "node"}.get(runtime.language.value, runtime.language.value),
        "invoke": "cloudevent",
        "build": {
            "buildEnvs": [
                {"name": name, "value": "{{ env:" + name + " }}"}
                for name in sorted(dict(request.build_args))
            ]
        },
        "deploy": {"healthEndpoints": {"liveness": "/healthz", "readiness": "/healthz"}},
    }
    assert created.isoformat() == "1980-01-01T00:00:00+00:00"


@given(request=requests)
def test_law_7_function_json_holds_exactly_what_was_put_in(request: BuildRequest) -> None:
    assert json.loads(files(request, Installation())["runtime/function.json"]) == {
        "third_party_id": request.function.third_party_id,
        "parser_id": request.function.parser_id,
        "handler": request.handler,
        "source": f"network.notifi.{request.function.third_party_id}",
    }


@given(request=requests)
def test_law_7_package_json_holds_exactly_what_was_put_in(request: BuildRequest) -> None:
    runtime = RUNTIMES[request.runtime]
    package = files(request, Installation()).get("function/package.json")
    if runtime.language is not Language.NODEJS:
        assert package is None
    else:
        assert json.loads(package or b"") == {
            "name": names.service(request.function),
            "version": "0.0.0",
            "private": True,
            "engines": {"node": f"{runtime.version}.x"},
        }


@given(request=requests)
def test_law_7_go_mod_and_dockerignore_hold_nothing_of_the_tenant(request: BuildRequest) -> None:
    runtime, found = RUNTIMES[request.runtime], files(request, Installation())
    assert found[".dockerignore"].splitlines()[1:] == [
        *(b".dockerignore", b"Dockerfile", b"context.tar.gz", b"func.yaml")
    ]
    module = f"module function\n\ngo {runtime.version}\n".encode()
    expected = module if runtime.language is Language.GO else None
    assert found.get("function/go.mod") == expected


@given(request=requests, installation=installations)
def test_law_7_a_dockerfile_is_the_same_whatever_the_tenant_sent(
    request: BuildRequest, installation: Installation
) -> None:
    plain = BuildRequest(function=FunctionId("a", "b"), runtime=request.runtime, source_url="")
    found = instructions(files(request, installation)["Dockerfile"])
    expected = instructions(files(plain, installation)["Dockerfile"])
    args = [line.words[0] for line in found if line.name == "ARG"]
    assert [line for line in found if line.name != "ARG"] == expected
    assert args in ([], sorted(dict(request.build_args)))


@given(request=requests, installation=installations)
def test_law_7_the_rest_of_a_context_is_the_same_whatever_the_tenant_sent(
    request: BuildRequest, installation: Installation
) -> None:
    described = {
        *("Dockerfile", ".dockerignore", "func.yaml", "runtime/function.json"),
        *("function/package.json", "function/go.mod"),
    }
    language = RUNTIMES[request.runtime].language.value
    wrapper = ours().below(f"runtimes/{language}/runtime")
    found = files(request, installation)
    assert {path: found[path] for path in found.keys() - described} == {
        f"runtime/{path}": text for path, text in wrapper
    }


values: st.SearchStrategy[Any] = st.recursive(
    texts | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@given(value=values, text=texts)
def test_law_7_any_value_stays_one_value_in_yaml_and_json(value: object, text: str) -> None:
    document = DOCUMENTS.from_string('{"value": {{ value }},\n "text": {{ text }}}')
    rendered = document.render(value=value, text=text).encode()
    assert json.loads(rendered) == {"value": value, "text": text}
    assert yaml.safe_load(rendered) == {"value": value, "text": text}
    assert rendered.count(b"\n") == 1


@pytest.mark.parametrize("grammar", ["image", "variable", "file"])
@given(value=texts)
def test_law_7_what_a_grammar_of_dockerfiles_allows_is_one_word(grammar: str, value: str) -> None:
    template = DOCKERFILES.from_string(f"ARG {{{{ value | {grammar} }}}}\nUSER 1\n")
    try:
        rendered = template.render(value=value)
    except DockerfileValueError:
        return
    assert instructions(rendered.encode()) == [
        Instruction("ARG", (value,)),
        Instruction("USER", ("1",)),
    ]


REFUSED: dict[str, list[object]] = {
    "variable": ["", "1A", "A-B", "A=1", "A B", "A\n", "A\nRUN id", "É", None, 1, []],
    "image": ["", "node", "a/b c", "a/b\n", "a/${B}", "-a/b", "a/b AS c", None, 1, []],
    "file": ["", "..", "a/b", "a b", "-a", "--from=x", "a\n", None, 1, []],
}


@pytest.mark.parametrize(
    ("grammar", "value"), [(grammar, value) for grammar in REFUSED for value in REFUSED[grammar]]
)
def test_law_7_a_value_outside_its_grammar_is_refused(grammar: str, value: object) -> None:
    template = DOCKERFILES.from_string(f"X {{{{ value | {grammar} }}}}")
    with pytest.raises(DockerfileValueError, match="in a Dockerfile must be"):
        template.render(value=value)


@pytest.mark.parametrize("value", ["plain", "a/b", 1, None])
def test_law_7_a_value_whose_grammar_is_not_named_is_refused(value: object) -> None:
    with pytest.raises(DockerfileValueError, match="was not checked"):
        DOCKERFILES.from_string("X {{ value }}").render(value=value)


@pytest.mark.parametrize("template", ["{{ value }}", "{{ value | image }}", "{{ value.deeper }}"])
def test_a_missing_value_is_an_error_in_a_dockerfile(template: str) -> None:
    with pytest.raises(jinja2.UndefinedError):
        DOCKERFILES.from_string(template).render()


@pytest.mark.parametrize("template", ["{{ value }}", "{{ value.deeper }}"])
def test_a_missing_value_is_an_error_in_a_document(template: str) -> None:
    with pytest.raises(jinja2.UndefinedError):
        DOCUMENTS.from_string(template).render()


@pytest.mark.parametrize("value", [float("nan"), b"bytes", object(), {1, 2}])
def test_a_value_that_json_has_not_is_an_error(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        DOCUMENTS.from_string("{{ value }}").render(value=value)


def test_half_a_character_is_an_error_and_not_sent_on() -> None:
    with pytest.raises(UnicodeEncodeError):
        ours().rendered(
            "runtimes/function.json.j2",
            third_party_id="\ud800",
            parser_id="",
            handler="",
            source="",
        )


@pytest.mark.parametrize("name", ["runtimes", "runtimes/cobol/Dockerfile.j2"])
def test_a_template_that_is_not_there_is_an_error(name: str) -> None:
    with pytest.raises(jinja2.TemplateNotFound):
        ours().rendered(name)


def test_what_an_installer_compiled_is_no_template(tmp_path: Path) -> None:
    for name in ("main.py", "package/__init__.py", "package/__pycache__/__init__.pyc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert {path for path, _ in folder._walk(tmp_path, "")} == {"main.py", "package/__init__.py"}


@pytest.mark.parametrize(
    "text",
    [
        "RUN id\n",
        'RUN ["id"\n',
        "RUN []\n",
        "USER 1",
        "USER 1 2\n",
        "USER ${A}\n",
        "COPY <<EOF /a\n",
        "USER \\\n1\n",
        "# syntax=a/b\nUSER 1\n",
        "FROM a b\n",
        "LABEL a\n",
        "VOLUME /a\n",
        "user 1\n",
        "USER 1\r\n",
    ],
)
def test_the_reader_of_these_tests_refuses_what_is_not_plain(text: str) -> None:
    with pytest.raises((DockerfileError, json.JSONDecodeError)):
        instructions(text.encode())
