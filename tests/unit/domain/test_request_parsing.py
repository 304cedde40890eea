"""The data of a `build.start`, field by field: what is taken, what is refused and how."""

from collections.abc import Mapping

import pytest
from support.domain import start_data

from knative_lambda.domain.fields import InvalidRequestError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.request import BuildRequest, FunctionConfig, default_trigger
from knative_lambda.domain.request_parsing import parse_build_request
from knative_lambda.domain.runtimes import ALIASES, RUNTIMES
from knative_lambda.domain.strategy import Strategy

DEFAULT_SOURCE = "s3://sources/{third_party_id}/{parser_id}.tar.gz"


def parsed(default_source: str = "", /, **fields: object) -> BuildRequest:
    return parse_build_request(start_data(**fields), default_source)


def refused(default_source: str = "", /, **fields: object) -> InvalidRequestError:
    with pytest.raises(InvalidRequestError) as refusal:
        parsed(default_source, **fields)
    return refusal.value


def test_a_request_with_nothing_but_ids_and_source_gets_every_default() -> None:
    function = FunctionId("acme", "orders")

    assert parsed() == BuildRequest(
        function=function,
        runtime="nodejs22",
        source_url="https://example.test/code.git",
        source_ref=None,
        source_path="",
        source_credentials=None,
        handler="index.handler",
        build_args=(),
        build_timeout=1800,
        force=False,
        build_strategy=None,
        correlation_id=None,
        config=FunctionConfig(triggers=(default_trigger(function),)),
    )


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_an_alias_of_a_runtime_is_read_as_its_name(alias: str, name: str) -> None:
    assert parsed(runtime=alias) == parsed(runtime=name)


def test_a_function_in_go_is_called_by_the_one_name_it_can_have() -> None:
    assert parsed(runtime="go1.27").handler == "function.Handle"
    assert parsed(runtime="go127", handler="other.Handle").handler == "other.Handle"


OPTIONAL = [
    "build_type", "runtime", "source_ref", "source_path", "source_credentials", "handler",
    "build_args", "build_timeout", "force", "build_strategy", "correlation_id", "function",
]  # fmt: skip


@pytest.mark.parametrize("name", OPTIONAL)
def test_null_counts_as_absent(name: str) -> None:
    assert parsed(**{name: None}) == parsed()


def test_an_unknown_field_is_ignored() -> None:
    assert parsed(block_id="b-7", image="x") == parsed()


VALID: list[tuple[str, object]] = [
    ("build_type", "lambda"),
    ("third_party_id", "A"),
    ("third_party_id", "a" * 63),
    ("parser_id", "0-_.9"),
    *(("runtime", r) for r in RUNTIMES),
    ("source_url", "https://host.test/a.git?x=1#frag"),
    ("source_url", "https://host.test/@scope/a.tgz"),
    ("source_url", "ssh://git@host.test/a.git"),
    ("source_url", "git@host.test:team/a.git"),
    ("source_url", "s3://bucket/key.tar.gz"),
    ("source_url", f"upload:{'a' * 64}"),
    ("source_url", "data:text/plain;base64,QQ=="),
    ("source_url", "data:," + "a" * (262_144 - 6)),
    ("source_ref", "main"),
    ("source_ref", "release/1.0+fix_2@a"),
    ("source_ref", "a" * 255),
    ("source_path", "a"),
    ("source_path", "packages/my fn@1/.config..x"),
    ("source_path", "a" * 512),
    ("source_credentials", "git-token.1"),
    ("source_credentials", "a" * 63),
    ("handler", "index.handler"),
    ("handler", "src/deep/my-file.main._run$2"),
    ("handler", "a." + "b" * 198),
    ("build_timeout", 60),
    ("build_timeout", 3600),
    ("force", True),
    ("force", False),
    ("correlation_id", "a"),
    ("correlation_id", "!" * 128),
]


@pytest.mark.parametrize("strategy", Strategy)
def test_a_strategy_is_taken_by_its_name(strategy: Strategy) -> None:
    assert parsed(build_strategy=strategy.value).build_strategy is strategy


@pytest.mark.parametrize(("name", "value"), VALID)
def test_a_legal_value_is_taken_as_it_stands(name: str, value: object) -> None:
    request = parsed(**{name: value})

    if name == "build_type":
        return
    holder: object = request.function if name in {"third_party_id", "parser_id"} else request
    assert getattr(holder, name) == value


INVALID: dict[str, list[object]] = {
    "third_party_id": [None, "", "-a", "a-", "a b", "a/b", "a" * 64, 7, ["a"]],
    "parser_id": [None, "", ".a", "a\n", "ä", "a" * 64, True, {}],
    "build_type": ["container", "", "Lambda", 1, []],
    "runtime": ["nodejs18", "", "NODEJS22", "python3.10", "node22 ", 22, ["nodejs22"]],
    "source_url": [
        None, "", "host.test/a", "http://host.test/a", "HTTPS://host.test/a", "ftp://a/b",
        "git://a/b", "ext::sh -c id", "https://a/ b", "https://a/\n", "javascript:1", 7, [],
        "--upload-pack=x", "-a@host:path", "data:," + "a" * 262_144, "https:", "ssh:",
    ],
    "source_ref": [
        "", "-x", "a..b", "a//b", "a b", "a@{1}", "a/", "a.", "/a", "a" * 256, 1, "a;b", "ä",
    ],
    "source_path": [
        "/a", "a/", "..", ".", "a/..", "a/../b", "./a", "a//b", "a" * 513, "a\\b", "$(x)", 1,
    ],
    "source_credentials": ["", "-a", "a b", "a" * 64, 1],
    "handler": [
        "", "index", ".handler", "index.", "/index.handler", "../index.handler", "a/../b.c",
        "a//b.c", "index.1", "index.handler()", "a b.c", "a." + "b" * 199, 1, "index.händ",
    ],
    "build_timeout": [59, 3601, 0, -60, 60.0, "60", True, 10**30],
    "force": [1, 0, "true", "", []],
    "build_strategy": ["", "Auto", "instant", True, 1, ["append"], {}],
    "correlation_id": ["", "a b", "a\n", "a" * 129, 1, "ä"],
    "build_args": [
        [], "A=b", 1, {"1A": "b"}, {"A B": "c"}, {"": "b"}, {"A": 1}, {"A": None},
        {"A": "nul\0"}, {"A": "a" * 4097}, {"A" * 129: "b"}, {f"A{n}": "b" for n in range(33)},
    ],
    "function": [[], "text", 1, True],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in INVALID.items() for value in values]
)
def test_a_wrong_value_is_refused_naming_its_field_and_the_rule(name: str, value: object) -> None:
    error = refused(**{name: value})

    assert error.rejection is Rejection.INVALID
    assert len(error.problems) == 1
    problem = error.problems[0]
    assert problem.field.split(".")[0] == name
    assert len(problem.rule) > 10
    assert problem.value
    assert error.detail == f"{problem.field}: {problem.value}: {problem.rule}"


def test_build_args_are_sorted_and_kept_within_their_limits() -> None:
    most = {f"A{n:02}": "v" * 4096 for n in range(31)} | {"a" * 128: ""}

    assert parsed(build_args=dict(reversed(most.items()))).build_args == tuple(sorted(most.items()))
    assert parsed(build_args={}).build_args == ()


def test_all_errors_of_a_request_are_said_at_once() -> None:
    error = refused(
        parser_id="-", runtime="cobol", source_url=1, build_timeout=1, force="x", build_args=[]
    )

    assert [problem.field for problem in error.problems] == [
        "parser_id", "runtime", "source_url", "build_args", "build_timeout", "force",
    ]  # fmt: skip
    for said in (
        "parser_id: '-'",
        "runtime: 'cobol'",
        "nodejs22",
        "build_timeout: 1",
        "60 to 3600",
    ):
        assert said in error.detail


def test_errors_inside_the_function_are_said_with_those_outside() -> None:
    error = refused(runtime="cobol", function={"timeout_seconds": 0, "scaling": {"min": -1}})

    assert {problem.field for problem in error.problems} == {
        "runtime", "function.timeout_seconds", "function.scaling.min",
    }  # fmt: skip


def test_a_request_without_a_source_takes_the_configured_one() -> None:
    request = parsed(DEFAULT_SOURCE, source_url=None)

    assert request.source_url == "s3://sources/acme/orders.tar.gz"


def test_a_named_source_goes_before_the_configured_one() -> None:
    assert parsed(DEFAULT_SOURCE).source_url == "https://example.test/code.git"


def test_a_wrong_id_is_no_reason_to_ask_for_a_source_that_has_a_default() -> None:
    error = refused(DEFAULT_SOURCE, parser_id="-", source_url=None)

    assert [problem.field for problem in error.problems] == ["parser_id"]


SECRET = "hunter2"  # noqa: S105  it opens nothing


@pytest.mark.parametrize(
    "fields",
    [
        {"source_url": f"https://user:{SECRET}@host.test/a"},
        {"source_url": f"https://{SECRET}@host.test/a"},
        {"source_url": f"ssh://git:{SECRET}@host.test/a"},
        {"source_url": f"http://user:{SECRET}@host.test/a"},
        {"source_url": f"HTTPS://user:{SECRET}@host.test/a"},
        {"source_url": f" https://user:{SECRET}@host.test/a"},
        {"source_url": f"git+https://user:{SECRET}@host.test/a"},
        {"source_url": f"user:{SECRET}@host.test:a"},
        {"build_args": {"TOKEN": f"{SECRET}\0"}},
        {"build_args": f"TOKEN={SECRET}"},
        {"build_args": [f"TOKEN={SECRET}"]},
        {"build_args": {"TOKEN": [SECRET]}},
        {"function": {"env": {"TOKEN": f"{SECRET}\0"}}},
        {"function": {"env": {"TOKEN": {"value": SECRET}}}},
        {"function": {"env": [SECRET]}},
        {"function": {"environment": {"TOKEN": SECRET}}},
        {"function": {"scaling": {"TOKEN": SECRET}}},
        {"function": f'{{"env": {{"TOKEN": "{SECRET}"}}}}'},
        {"function": [{"env": {"TOKEN": SECRET}}]},
    ],
    ids=str,
)
def test_no_secret_is_ever_shown_in_an_error(fields: Mapping[str, object]) -> None:
    error = refused(**fields)

    assert SECRET not in error.detail


def test_a_url_with_credentials_is_refused_with_the_way_to_do_it() -> None:
    error = refused(source_url=f"https://user:{SECRET}@host.test/a")

    assert error.problems[0].value == "(hidden)"
    assert "source_credentials" in error.problems[0].rule


@pytest.mark.parametrize(
    "url", [f"https:user:{SECRET}@host.test/a", f"https:/user:{SECRET}@host.test/a"]
)
def test_a_url_with_credentials_in_an_unusual_form_is_refused_too(url: str) -> None:
    assert SECRET not in refused(source_url=url).detail


def test_a_request_shown_in_a_log_shows_no_values() -> None:
    request = parsed(build_args={"TOKEN": SECRET}, function={"env": {"TOKEN": SECRET}})

    assert SECRET not in repr(request)
