"""Server-side apply: merging what a manager declares into what is there."""

import copy
from typing import Any

from support.kubernetes.resources import Object


def applied(before: Object | None, wanted: Object) -> Object:
    """The object after somebody has applied *wanted*."""
    if before is None:
        return copy.deepcopy(wanted)
    merged: Object = _merge(before, wanted)
    return merged


def _merge(before: Any, wanted: Any) -> Any:
    if isinstance(before, dict) and isinstance(wanted, dict):
        return {**before, **{key: _merge(before.get(key), value) for key, value in wanted.items()}}
    return copy.deepcopy(wanted)
