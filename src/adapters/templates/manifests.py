"""Kubernetes objects from templates."""

from typing import TypeGuard

import yaml

from knative_lambda.adapters.templates import shapes
from knative_lambda.adapters.templates.templates import Manifest
from knative_lambda.domain.errors import SetupError


def described(name: str, text: str) -> Manifest:
    """The object that *text* describes, which is what the template *name* gave.

    Raises:
        SetupError: It describes none; names the template.
    """
    try:
        found = shapes.read(text)
    except yaml.MarkedYAMLError as error:
        # Not in its own words alone: they show the lines around, and with them what was put in.
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        message = f"template {name}: gives no YAML: {error.problem}, line {line} of what it gives"
        raise SetupError(message) from None
    if not _is_object(found):
        raise SetupError(
            f"template {name}: must give one object of Kubernetes, with apiVersion and kind, and "
            "with objects for metadata, labels and annotations, if there are any"
        )
    return found


def _is_object(found: object) -> TypeGuard[Manifest]:
    if not (isinstance(found, dict) and found.get("apiVersion") and found.get("kind")):
        return False
    metadata = found.get("metadata", {})
    return isinstance(metadata, dict) and all(
        isinstance(metadata.get(part, {}), dict) for part in ("labels", "annotations")
    )
