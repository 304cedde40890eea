"""How the text of an environment variable becomes a value that Kubernetes knows."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from knative_lambda.domain import rules
from knative_lambda.variables import texts, web_url

RESOURCES: Final = ("cpu", "memory", "ephemeral-storage")
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
_KEY: Final = re.compile(rf"(?:[a-z0-9](?:[a-z0-9.-]{{0,251}}[a-z0-9])?/)?{_LABEL}", re.ASCII)
_VALUE: Final = re.compile(rf"(?:{_LABEL})?", re.ASCII)
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_QUANTITY: Final = re.compile(r"(\d{1,12}(?:\.\d{1,3})?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?", re.ASCII)
_MIRROR: Final = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*",
    re.ASCII,
)
_EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_UNITS: Final = {
    "": Decimal(1),
    "m": Decimal("0.001"),
    **{unit: Decimal(1000) ** power for power, unit in enumerate("kMGT", start=1)},
    **{f"{unit}i": Decimal(1024) ** power for power, unit in enumerate("KMGT", start=1)},
}


def name(value: str) -> str:
    """What an object, or a namespace, is called."""
    if _NAME.fullmatch(value) is None:
        raise ValueError("must be 1 to 63 of a-z, 0-9 and -, without - at its ends")
    return value


def optional_name(value: str) -> str:
    """The same; empty: none."""
    return name(value) if value else ""


def address(value: str) -> str:
    """A URL that events are sent to."""
    if not web_url(value):
        raise ValueError("must be http:// or https:// and a host: without it, events would be lost")
    return value


def image(value: str) -> str:
    """An image by tag or digest."""
    if not rules.IMAGE.allows(value):
        message = f"must be {rules.IMAGE.words}"
        raise ValueError(message)
    return value


def optional_image(value: str) -> str:
    """The same; empty: none."""
    return image(value) if value else ""


def mirrors(value: str) -> tuple[str, ...]:
    """Registries, each perhaps with a path, with commas in between."""
    pieces = texts(value)
    for piece in pieces:
        if _MIRROR.fullmatch(piece) is None:
            message = f"{piece!r}: must be a host, host:port or host/path, without https://"
            raise ValueError(message)
    return pieces


def quantities(value: str) -> Mapping[str, str]:
    """Amounts of resources: `cpu=500m,memory=1Gi`."""
    rule = f"RESOURCE=AMOUNT, such as memory=1Gi; RESOURCE one of {', '.join(RESOURCES)}"
    return _pairs(value, lambda one: one in RESOURCES, _QUANTITY, rule)


def amount(quantity: str) -> Decimal:
    """How much *quantity* is, which `quantities` gave."""
    number = quantity.rstrip("".join(unit for unit in _UNITS))
    return Decimal(number) * _UNITS[quantity.removeprefix(number)]


def node_labels(value: str) -> Mapping[str, str]:
    """Labels that a node must have: `pool=builds`."""
    rule = "LABEL=VALUE, such as kubernetes.io/arch=amd64"
    return _pairs(value, lambda one: _KEY.fullmatch(one) is not None, _VALUE, rule)


def tolerations(value: str) -> tuple[Mapping[str, str], ...]:
    """Taints that are tolerated: `KEY=VALUE:EFFECT`, `KEY:EFFECT` or `KEY`."""
    return tuple(_toleration(piece) for piece in texts(value))


def _toleration(piece: str) -> Mapping[str, str]:
    taint, colon, effect = piece.partition(":")
    key, sign, wanted = taint.partition("=")
    known = not colon or effect in _EFFECTS
    if not known or _KEY.fullmatch(key) is None or _VALUE.fullmatch(wanted) is None:
        message = f"{piece!r}: must be KEY=VALUE:EFFECT, KEY:EFFECT or KEY, with an EFFECT of "
        raise ValueError(message + ", ".join(_EFFECTS))
    compared = {"operator": "Equal", "value": wanted} if sign else {"operator": "Exists"}
    return {"key": key, **compared, **({"effect": effect} if colon else {})}


def _pairs(
    value: str, is_key: Callable[[str], bool], values: re.Pattern[str], rule: str
) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for piece in texts(value):
        key, sign, one = (part.strip() for part in piece.partition("="))
        if not sign or not is_key(key) or values.fullmatch(one) is None:
            message = f"{piece!r}: must be {rule}"
            raise ValueError(message)
        if key in found:
            message = f"{key}: is named twice"
            raise ValueError(message)
        found[key] = one
    return found
