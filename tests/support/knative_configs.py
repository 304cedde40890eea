"""Configurations that a `build.start` may ask for: whatever its rules let through."""

from typing import Any

from hypothesis import strategies as st
from support.domain import start_data

from knative_lambda.domain import names
from knative_lambda.domain.fields import InvalidRequestError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import FunctionConfig
from knative_lambda.domain.request_parsing import parse_build_request

HOSTILE = [
    *("\n", "\r\n", '"', "'", "`", "\\", "\t", "\x7f", "\x85", "\u2028", "\ufeff", "\x01", "é"),
    *("{{", "}}", "{% raw %}", "{{ 7 * 7 }}", "$(HOST)", "$", "$$", "${HOME}", "$(id)", "$é"),
    *("\n  injected: true", "# ", ": ", "- ", "&a", "*a", "!!python/object:os.system", "---\n"),
    *("null", "true", "0x10", "1e3", "~", "\ufffe", "\U000e0001", "\U0001f40d", "__proto__"),
]
ids = st.from_regex(r"\A[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?\Z")
functions = st.builds(FunctionId, ids, ids)
_texts = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), max_size=6).map("".join)
_variables = st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_]{0,20}\Z")
_visible = st.from_regex(r"\A[\x21-\x7e]{1,40}\Z")
_attributes = st.dictionaries(st.from_regex(r"\A[a-z][a-z0-9]{0,19}\Z"), _visible, max_size=4)
_amounts = st.fixed_dictionaries(
    {},
    optional={
        "cpu": st.sampled_from(["1m", "50m", "0.5", "1", "2.5", "99999m"]),
        "memory": st.sampled_from(["1Mi", "64Mi", "1Gi", "128M", "99999Mi"]),
    },
)
_asked: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "env": st.dictionaries(_variables, _texts, max_size=4),
        "secrets": st.lists(st.sampled_from(["", "-db", ".a.b", "-x.y-1"]), max_size=3),
        "resources": st.fixed_dictionaries({"requests": _amounts, "limits": _amounts}),
        "scaling": st.fixed_dictionaries(
            {},
            optional={
                "min": st.integers(0, 100),
                "max": st.integers(0, 1000),
                "target": st.integers(1, 1000),
                "concurrency": st.integers(0, 1000),
            },
        ),
        "timeout_seconds": st.integers(1, 600),
        "triggers": st.lists(
            st.builds(lambda kind, more: {**more, "type": kind}, _visible, _attributes), max_size=3
        ),
    },
)


@st.composite
def legal(draw: st.DrawFn) -> tuple[FunctionId, FunctionConfig]:
    """A function, and a configuration that is legal for it."""
    function, asked = draw(functions), draw(_asked)
    own = names.service(function)
    if "secrets" in asked:
        asked["secrets"] = [f"{own}{end}" for end in asked["secrets"]]
    ids_of = {"third_party_id": function.third_party_id, "parser_id": function.parser_id}
    data = {**start_data(function=asked), **ids_of}
    try:
        return function, parse_build_request(data, "").config
    except InvalidRequestError as error:
        # Not all that is drawn is legal; what is not is no matter here.
        wrong = {problem.field.split(".")[1] for problem in error.problems}
    for field in wrong:
        del asked[field.partition("[")[0]]
    return function, parse_build_request({**start_data(function=asked), **ids_of}, "").config
