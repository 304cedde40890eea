"""The stored form of a record: one JSON value, read and written by cattrs."""

import json
from typing import Any

import attrs
from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn

from knative_lambda.domain.record import Record


def _lean(cls: type[Any], converter: Converter) -> Any:
    # A record has room for hundreds of requests; what has its default value is left out.
    return make_dict_unstructure_fn(cls, converter, _cattrs_omit_if_default=True)


def _converter() -> Converter:
    converter = Converter(detailed_validation=False)  # what is wrong with one is never told
    converter.register_unstructure_hook_factory(attrs.has, _lean)
    return converter


_CONVERTER = _converter()


def dump(record: Record) -> str:
    """*record* as JSON text; equal records give equal texts."""
    return json.dumps(_CONVERTER.unstructure(record), separators=(",", ":"), sort_keys=True)


def load(text: str) -> Record:
    """The record that `dump` wrote."""
    return _CONVERTER.structure(json.loads(text), Record)
