"""What an overlay installs, as kubectl makes it of the files in `deploy/`."""

import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import attrs
import yaml
from support.kubernetes.resources import Object

ROOT: Final = Path(__file__).parents[2]
OVERLAYS: Final = sorted(folder.name for folder in (ROOT / "deploy" / "overlays").iterdir())
MONITORED: Final = [name for name in OVERLAYS if name != "dev"]
SYSTEM, BUILDS, FUNCTIONS = "knative-lambda-system", "knative-lambda-builds", "knative-lambda"
KNATIVE: Final = "serving.knative.dev/v1"
# By namespace and name, of the service and of builds.
SERVICE, SIDECAR = (SYSTEM, "builder"), (BUILDS, "build")


@cache
def installed(overlay: str) -> tuple[Object, ...]:
    """All objects of that overlay; they are shared, and not to be changed.

    Raises:
        FileNotFoundError: There is no kubectl: `make kubectl` installs it.
        RuntimeError: It cannot build the overlay.
    """
    command = ["kubectl", "kustomize", str(ROOT / "deploy" / "overlays" / overlay)]
    # On its other output, newer versions complain of what older ones need.
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    if built.returncode != 0:
        raise RuntimeError(f"kubectl cannot build {overlay}:\n{built.stderr}")
    return tuple(yaml.safe_load_all(built.stdout))


@attrs.frozen
class Key:
    """By which an object is found."""

    kind: str
    namespace: str
    name: str


def key(found: Object) -> Key:
    """Of that object; a Knative Service is a `ksvc`, to tell it from Kubernetes' own."""
    kind = "ksvc" if found["apiVersion"] == KNATIVE else found["kind"]
    metadata = found["metadata"]
    return Key(kind, metadata.get("namespace", ""), metadata["name"])


def by_key(overlay: str) -> dict[Key, Object]:
    """All objects of that overlay."""
    return {key(found): found for found in installed(overlay)}


def of_kind(overlay: str, kind: str) -> list[Object]:
    """The objects of that kind."""
    return [found for found in installed(overlay) if key(found).kind == kind]


@attrs.frozen
class Pods:
    """The pods that an object of ours makes.

    Attributes:
        owner: That object.
        spec: Of each.
    """

    owner: Key
    labels: Mapping[str, str]
    spec: Object

    @property
    def container(self) -> Object:
        """The one in it."""
        (only,) = self.spec["containers"]
        found: Object = only
        return found


def pods(overlay: str) -> list[Pods]:
    """All pods that objects of the overlay make themselves."""
    return [*_pods(installed(overlay))]


def _pods(objects: tuple[Object, ...]) -> Iterator[Pods]:
    for found in objects:
        match key(found):
            case Key("Deployment" | "ksvc") as owner:
                template = found["spec"]["template"]
            case Key("CronJob") as owner:
                template = found["spec"]["jobTemplate"]["spec"]["template"]
            case _:
                continue
        yield Pods(owner, template["metadata"]["labels"], template["spec"])


def selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether that selector, as objects hold it, takes what bears *labels*."""
    equal = all(
        labels.get(name) == value for name, value in selector.get("matchLabels", {}).items()
    )
    return equal and all(_meets(each, labels) for each in selector.get("matchExpressions", []))


def _meets(expression: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    match expression["operator"]:
        case "Exists":
            return expression["key"] in labels
        case "DoesNotExist":
            return expression["key"] not in labels
        case other:
            raise NotImplementedError(other)


def every(found: object, name: str) -> Iterator[Any]:
    """Each value that stands under *name*, however deep."""
    if isinstance(found, dict):
        for field, value in found.items():
            if field == name:
                yield value
            yield from every(value, name)
    elif isinstance(found, list):
        for value in found:
            yield from every(value, name)


def accounts(overlay: str) -> list[Object]:
    """Who there is, and what each may do."""
    return [
        found
        for kind in ("ServiceAccount", "Role", "RoleBinding")
        for found in of_kind(overlay, kind)
    ]


def settings(overlay: str) -> dict[str, str]:
    """The variables that are no secret."""
    found = by_key(overlay)[Key("ConfigMap", SYSTEM, "knative-lambda")]
    return dict(found["data"])
