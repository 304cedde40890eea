"""Names are legal where they are used, and no two functions share one."""

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from support.domain import FUNCTION, functions, ids, request_id

from knative_lambda.domain import names
from knative_lambda.domain.ids import FunctionId

CONTENT_HASH = "ab" * 32
PREFIX = "lambda/"
BUILDS = st.from_regex(r"[0-9a-f]{32}", fullmatch=True)
ATTRIBUTES = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9]{0,19}", fullmatch=True),
    st.from_regex(r"[!-~]{1,30}", fullmatch=True),
    min_size=1,
    max_size=4,
).map(lambda attributes: tuple(attributes.items()))
LONG = "x" * 62
AWKWARD = [
    pytest.param(FunctionId("A_b", "p"), FunctionId("a-b", "p"), id="case and underscore"),
    pytest.param(FunctionId("a-b", "c"), FunctionId("a", "b-c"), id="where the ids meet"),
    pytest.param(FunctionId("a.b", "c"), FunctionId("a_b", "c"), id="dot and underscore"),
    pytest.param(FunctionId("a", "b"), FunctionId("b", "a"), id="turned around"),
    pytest.param(FunctionId(LONG + "1", "p"), FunctionId(LONG + "2", "p"), id="long tenants"),
    pytest.param(FunctionId("t", LONG + "1"), FunctionId("t", LONG + "2"), id="long functions"),
]


def all_names(function: FunctionId, build_id: str) -> dict[str, str]:
    return {
        "slug": names.slug(function),
        "service": names.service(function),
        "job": names.job(function, build_id),
        "trigger": names.trigger(function, (("type", "order.placed"),)),
        "repository": names.repository(PREFIX, function),
        "context": names.context_key(function, CONTENT_HASH, build_id),
        "log": names.log_key(function, build_id),
    }


def is_dns_label(name: str) -> bool:
    """RFC 1035: what Kubernetes wants of a Service, and takes for all else that has a name."""
    return len(name) <= 63 and re.fullmatch(r"[a-z]([a-z0-9-]*[a-z0-9])?", name) is not None


def is_label_value(value: str) -> bool:
    legal = re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", value)
    return len(value) <= 63 and legal is not None


def is_repository(name: str) -> bool:
    """A repository of any OCI registry, and of ECR, which takes single separators only."""
    part = r"[a-z0-9]+(?:[._-][a-z0-9]+)*"
    return len(name) <= 256 and re.fullmatch(rf"{part}(?:/{part})*", name) is not None


@given(function=functions(), build_id=BUILDS)
@example(function=FunctionId("a__b", "c"), build_id=request_id(1))
@example(function=FunctionId("a" * 63, "b" * 63), build_id=request_id(1))
@example(function=FunctionId("a." * 31 + "b", "b-" * 31 + "c"), build_id=request_id(1))
def test_law_12_every_name_is_legal_where_it_is_used(function: FunctionId, build_id: str) -> None:
    made = all_names(function, build_id)

    assert is_dns_label(made["service"])
    assert is_dns_label(made["job"])
    assert is_dns_label(made["trigger"])
    assert is_label_value(made["job"])
    assert is_label_value(made["service"])
    assert is_label_value(function.third_party_id)
    assert is_label_value(function.parser_id)
    assert len(made["context"]) <= 1024
    assert re.fullmatch(r"[A-Za-z0-9/_.-]+", made["context"])
    assert "//" not in made["context"]


@given(function=functions())
@example(function=FunctionId("a__b", "c"))
def test_law_12_every_repository_is_legal_in_every_registry(function: FunctionId) -> None:
    assert is_repository(names.repository(PREFIX, function))


@given(
    one=functions(),
    other=functions(),
    build_id=BUILDS,
)
def test_law_12_different_functions_never_share_a_name(
    one: FunctionId, other: FunctionId, build_id: str
) -> None:
    assume(one != other)

    assert not set(all_names(one, build_id).values()) & set(all_names(other, build_id).values())


@given(words=st.lists(st.sampled_from(["a", "B", "c1", "a_b"]), min_size=3, max_size=6))
def test_law_12_the_same_words_cut_in_two_ways_make_two_names(words: list[str]) -> None:
    cuts = [FunctionId("-".join(words[:i]), "-".join(words[i:])) for i in range(1, len(words))]

    assert len({names.service(function) for function in cuts}) == len(cuts)
    assert len({names.job(function, request_id(1)) for function in cuts}) == len(cuts)


@pytest.mark.parametrize(("one", "other"), AWKWARD)
def test_law_12_awkward_neighbours_have_names_of_their_own(
    one: FunctionId, other: FunctionId
) -> None:
    assert not set(all_names(one, request_id(1)).values()) & set(
        all_names(other, request_id(1)).values()
    )


@given(function=functions(), one=ATTRIBUTES, other=ATTRIBUTES)
def test_triggers_of_different_filters_have_different_names(
    function: FunctionId, one: tuple[tuple[str, str], ...], other: tuple[tuple[str, str], ...]
) -> None:
    assume(dict(one) != dict(other))

    assert names.trigger(function, one) != names.trigger(function, other)


@given(function=functions(), attributes=ATTRIBUTES)
def test_the_order_of_a_filter_makes_no_other_trigger(
    function: FunctionId, attributes: tuple[tuple[str, str], ...]
) -> None:
    assert names.trigger(function, attributes) == names.trigger(function, attributes[::-1])


@given(function=functions(), one=BUILDS, other=BUILDS)
def test_builds_of_equal_content_share_neither_job_nor_context(
    function: FunctionId, one: str, other: str
) -> None:
    assume(one[:8] != other[:8])

    assert names.job(function, one) != names.job(function, other)
    assert names.context_key(function, CONTENT_HASH, one) != names.context_key(
        function, CONTENT_HASH, other
    )


@given(build_id=BUILDS, forced=st.booleans())
def test_every_tag_is_legal(build_id: str, forced: bool) -> None:  # noqa: FBT001  hypothesis draws it
    tag = names.image_tag(CONTENT_HASH, build_id, forced=forced)

    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", tag)


def test_a_forced_build_has_a_tag_of_its_own() -> None:
    usual, first, second = (
        names.image_tag(CONTENT_HASH, request_id(1), forced=False),
        names.image_tag(CONTENT_HASH, request_id(1), forced=True),
        names.image_tag(CONTENT_HASH, request_id(2), forced=True),
    )

    assert usual == CONTENT_HASH
    assert len({usual, first, second}) == 3


def test_a_name_is_readable() -> None:
    assert names.service(FUNCTION).startswith("lambda-acme-orders-")
    assert names.job(FUNCTION, request_id(1)).startswith("build-acme-orders-")
    assert names.service(FUNCTION) == f"lambda-{names.slug(FUNCTION)}"


@given(third_party_id=ids())
def test_the_source_of_a_tenants_events_is_its_own(third_party_id: str) -> None:
    assert names.tenant_source(third_party_id) == f"network.notifi.{third_party_id}"
