"""Which manifests a cluster takes, by the schema of their kind and by the rules beyond it.

`problems(manifest)` says what speaks against one, in the order of its fields: an empty list when
nothing does. Kubernetes' own kinds are held against its published schemas, read strictly; those of
Knative, RabbitMQ, KEDA and Prometheus against `tests/support/schemas`, which know neither fields
that need a flag nor what is reserved.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import kubernetes_validate  # type: ignore[import-untyped]  # it has no hints
from jsonschema import Draft202012Validator, ValidationError
from kubernetes_validate.utils import schema_contents  # type: ignore[import-untyped]  # the same
from referencing import Registry, Resource
from support.kubernetes import config_rules, job_rules, knative_rules
from support.kubernetes.resources import Object

OLDEST: Final = "1.29"  # the oldest Kubernetes that the product runs on
NEWEST: Final = kubernetes_validate.latest_version().rpartition(".")[0]

_SCHEMAS = Path(__file__).parents[1] / "schemas"
_RULES: Final[Mapping[tuple[str, str], Callable[[Object], list[str]]]] = {
    ("v1", "ConfigMap"): config_rules.problems,
    ("v1", "Secret"): config_rules.problems,
    ("batch/v1", "Job"): job_rules.problems,
    ("serving.knative.dev/v1", "Service"): knative_rules.problems,
}


def problems(manifest: Object, version: str = OLDEST) -> list[str]:
    """What speaks against *manifest*; each as `path.of.the.field: what is wrong`.

    Raises:
        FileNotFoundError: No schema of such a kind is here.
    """
    found = schema_problems(manifest, version)
    return [said(each) for each in found] or broken_rules(manifest)


def broken_rules(manifest: Object) -> list[str]:
    """What speaks against *manifest*, whose schema it fits."""
    rules = _RULES.get((manifest["apiVersion"], manifest["kind"]))
    return rules(manifest) if rules else []


def schema_problems(manifest: Object, version: str = OLDEST) -> list[ValidationError]:
    """What its schema has against it."""
    validator = _validator(manifest["apiVersion"], manifest["kind"], version)
    return [
        *map(_deepest, sorted(validator.iter_errors(manifest), key=lambda each: each.json_path))
    ]


def said(error: ValidationError) -> str:
    """*error* with the field that it is about."""
    return f"{dotted(error).removeprefix('.') or 'manifest'}: {error.message}"


def dotted(error: ValidationError) -> str:
    """The path of the field that *error* is about, from a dot on."""
    steps = error.absolute_path
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def _deepest(error: ValidationError) -> ValidationError:
    """Of alternatives none of which fits, the one that nearly does."""
    while error.context:
        error = max(error.context, key=lambda each: len(each.absolute_path))
    return error


@cache
def _validator(api_version: str, kind: str, version: str) -> Draft202012Validator:
    group = api_version.partition("/")[0]
    ours = _SCHEMAS / f"{kind.lower()}.{group}.json"
    if ours.is_file():
        return Draft202012Validator(json.loads(ours.read_text("utf-8")), registry=_ours())
    named = api_version.replace(group, group.partition(".")[0], 1).replace("/", "-")
    folder = f"kubernetes-json-schema/v{version}.0-local-strict"
    schema: Any = schema_contents(f"{folder}/{kind.lower()}-{named}.json", version)
    definitions: Any = schema_contents(f"{folder}/_definitions.json", version)
    registry: Any = Resource.from_contents(definitions) @ Registry()
    return Draft202012Validator(schema, registry=registry)


@cache
def _ours() -> Any:
    """Our schemas, each by the name of its file."""
    registry: Any = Registry()
    for file in _SCHEMAS.glob("*.json"):
        contents = json.loads(file.read_text("utf-8"))
        registry = registry.with_resource(file.name, Resource.from_contents(contents))
    return registry
