"""The `function` object of a `build.start`, validated: how the function is to be served."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from knative_lambda.domain import names, rules
from knative_lambda.domain.fields import Fields, pattern
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import (
    FunctionConfig,
    Resources,
    Scaling,
    Trigger,
    default_trigger,
)

MOST_BYTES: Final = 16 * 1024
# What the platform sets itself, or tells its wrapper; Knative adds to its own with each release.
_RESERVED: Final = re.compile("PORT|HOST|FUNCTION_SETTINGS|K_[A-Za-z0-9_]*")
_KNOWN: Final = ("env", "secrets", "resources", "scaling", "timeout_seconds", "triggers")
_UNITS: Final[Mapping[str, Decimal]] = {
    "m": Decimal("0.001"),
    "M": Decimal(10**6),
    "Mi": Decimal(2**20),
    "G": Decimal(10**9),
    "Gi": Decimal(2**30),
}
_TENANTS: Final = names.tenant_source("")


def parse_config(outer: Fields, function: FunctionId) -> FunctionConfig:
    """Read the section `function` of *outer*; problems are noted there."""
    fields = outer.section("function", _KNOWN)
    size = _size(outer.get("function"))
    if size > MOST_BYTES:
        rule = f"must be at most {MOST_BYTES} bytes of JSON; put large values into a Secret"
        outer.note("function", f"{size} bytes", rule)
    env = fields.pairs("env", rules.VARIABLE, rules.VALUE, most=100)
    for name, _ in env:
        if _RESERVED.fullmatch(name):
            rule = "is set by the platform; so are PORT, HOST, FUNCTION_SETTINGS and all with K_"
            fields.note(f"env.{name}", name, rule)
    return FunctionConfig(
        env=env,
        secrets=_secrets(fields, function),
        resources=_resources(fields),
        scaling=_scaling(fields),
        timeout_seconds=fields.whole("timeout_seconds", 1, 600, 300),
        triggers=_triggers(fields, function) or (default_trigger(function),),
    )


def _size(value: object) -> int:
    try:
        return len(json.dumps(value, ensure_ascii=False).encode(errors="replace"))
    except RecursionError:
        return MOST_BYTES + 1


def _secrets(fields: Fields, function: FunctionId) -> tuple[str, ...]:
    listed = fields.listed("secrets", most=20)
    if not listed:
        return ()  # the rule is another one for each function, and not free
    own = names.service(function)
    rule = pattern(
        rf"{own}(?:-[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*",
        253,
        f"the name of a Secret that begins with {own}",
    )
    for index, name in enumerate(listed):
        if not (isinstance(name, str) and rule.allows(name)):
            fields.note(f"secrets[{index}]", name, f"must be {rule.words}")
    return tuple(name for name in listed if isinstance(name, str))


def _resources(fields: Fields) -> Resources:
    section = fields.section("resources", ("requests", "limits"))
    requests = section.section("requests", ("cpu", "memory"))
    limits = section.section("limits", ("cpu", "memory"))
    defaults = Resources()
    resources = Resources(
        cpu_request=requests.text("cpu", rules.CPU) or defaults.cpu_request,
        memory_request=requests.text("memory", rules.MEMORY) or defaults.memory_request,
        cpu_limit=limits.text("cpu", rules.CPU) or defaults.cpu_limit,
        memory_limit=limits.text("memory", rules.MEMORY) or defaults.memory_limit,
    )
    for name, wanted, limit in (
        ("cpu", resources.cpu_request, resources.cpu_limit),
        ("memory", resources.memory_request, resources.memory_limit),
    ):
        if _amount(wanted) > _amount(limit):
            requests.note(name, wanted, f"must not be over its limit, {limit}")
    return resources


def _amount(quantity: str) -> Decimal:
    digits = quantity.rstrip("mMiG")
    return Decimal(digits) * _UNITS.get(quantity[len(digits) :], Decimal(1))


def _scaling(fields: Fields) -> Scaling:
    section = fields.section("scaling", ("min", "max", "target", "concurrency"))
    defaults = Scaling()
    scaling = Scaling(
        minimum=section.whole("min", 0, 100, defaults.minimum),
        maximum=section.whole("max", 0, 1000, defaults.maximum),
        target=section.whole("target", 1, 1000, defaults.target),
        concurrency=section.whole("concurrency", 0, 1000, defaults.concurrency),
    )
    if 0 < scaling.maximum < scaling.minimum:
        section.note("min", scaling.minimum, f"must not be over max, {scaling.maximum}")
    return scaling


def _triggers(fields: Fields, function: FunctionId) -> tuple[Trigger, ...]:
    triggers = []
    for index, item in enumerate(fields.listed("triggers", most=10)):
        name = f"triggers[{index}]"
        if not isinstance(item, Mapping):
            fields.note(name, item, "must be an object of attributes and the values they must have")
            continue
        trigger = Fields({name: item}, fields.problems, "function.").pairs(
            name, rules.ATTRIBUTE, rules.ATTRIBUTE_VALUE, most=10
        )
        attributes = dict(trigger)
        if not attributes.get("type"):
            fields.note(
                name, "no type", "must select by type: without it a function gets all events"
            )
        own = names.tenant_source(function.third_party_id)
        source = attributes.setdefault("source", own)
        if source.startswith(_TENANTS) and source != own:
            fields.note(f"{name}.source", source, f"belongs to another tenant; yours is {own}")
        triggers.append(Trigger(sorted(attributes.items())))
    return tuple(dict.fromkeys(triggers))
