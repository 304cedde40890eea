"""The data of a `build.start`, validated as a whole: all that is wrong is said at once."""

import re
from collections.abc import Mapping
from typing import Final

from knative_lambda.domain import rules
from knative_lambda.domain.config_parsing import parse_config
from knative_lambda.domain.fields import Fields, InvalidRequestError
from knative_lambda.domain.ids import FunctionId, is_id
from knative_lambda.domain.request import BuildRequest, FunctionConfig
from knative_lambda.domain.runtimes import ALIASES, DEFAULT, RUNTIMES, default_handler
from knative_lambda.domain.strategy import Strategy

_CREDENTIALS: Final = re.compile(r"(?:https|ssh)://[^/?#]*:[^/?#]*@|https://[^/?#]*@", re.ASCII)


def parse_function(fields: Fields) -> FunctionId | None:
    """The function that an event's data names; `None`, with the problems noted, if it does not."""
    third_party = fields.required("third_party_id", rules.ID)
    parser = fields.required("parser_id", rules.ID)
    if is_id(third_party) and is_id(parser):
        return FunctionId(third_party, parser)
    return None


def parse_build_request(data: Mapping[str, object], default_source: str) -> BuildRequest:
    """A `build.start`'s *data* as a request.

    Args:
        data: The event's data; fields it does not know are ignored, except inside `function`.
        default_source: The URL for a request without one, with `{third_party_id}` and
            `{parser_id}` to be filled in; empty when a URL is required.

    Raises:
        InvalidRequestError: With every problem of the request, each naming field, value and rule.
    """
    fields = Fields(data, [])
    function = parse_function(fields)
    fields.choice("build_type", ("lambda",), "lambda")
    runtime = _runtime(fields)
    handler = fields.text("handler", rules.HANDLER)
    request = BuildRequest(
        # A stand-in keeps the reading going; it never leaves here, since problems raise below.
        function=function or FunctionId("x", "x"),
        runtime=runtime,
        source_url=_source_url(fields, function, default_source),
        source_ref=fields.text("source_ref", rules.SOURCE_REF),
        source_path=fields.text("source_path", rules.SOURCE_PATH) or "",
        source_credentials=fields.text("source_credentials", rules.CREDENTIAL),
        handler=handler or default_handler(RUNTIMES[runtime].language),
        build_args=fields.pairs("build_args", rules.VARIABLE, rules.VALUE, most=32),
        build_timeout=fields.whole("build_timeout", 60, 3600, 1800),
        force=fields.flag("force"),
        build_strategy=_strategy(fields),
        correlation_id=fields.text("correlation_id", rules.CORRELATION_ID),
        config=parse_config(fields, function) if function else FunctionConfig(),
    )
    if fields.problems:
        raise InvalidRequestError(fields.problems)
    return request


def _runtime(fields: Fields) -> str:
    given = fields.get("runtime")
    if isinstance(given, str) and given in ALIASES:
        return ALIASES[given]
    return fields.choice("runtime", tuple(RUNTIMES), DEFAULT)


def _strategy(fields: Fields) -> Strategy | None:
    if fields.get("build_strategy") is None:
        return None
    options = [strategy.value for strategy in Strategy]
    return Strategy(fields.choice("build_strategy", options, Strategy.AUTO.value))


def _source_url(fields: Fields, function: FunctionId | None, default_source: str) -> str:
    if fields.get("source_url") is None and default_source:
        if function is None:
            return ""
        return default_source.replace("{third_party_id}", function.third_party_id).replace(
            "{parser_id}", function.parser_id
        )
    given = fields.get("source_url")
    if isinstance(given, str) and _CREDENTIALS.match(given):
        rule = "must not hold credentials; name a configured one in source_credentials"
        fields.note("source_url", given, rule, secret=True)
        return ""
    return fields.required("source_url", rules.SOURCE_URL, secret=True)
