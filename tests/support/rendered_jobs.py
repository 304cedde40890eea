"""What a Job says, as a test wants to know it."""

from typing import Any


def pod(job: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = job["spec"]["template"]["spec"]
    return found


def container(job: dict[str, Any], name: str) -> dict[str, Any]:
    listed = [*pod(job)["initContainers"], *pod(job)["containers"]]
    (found,) = (each for each in listed if each["name"] == name)
    return dict(found)


def environment(job: dict[str, Any], name: str) -> dict[str, str]:
    """What the container *name* finds in its environment, of what is written out."""
    return {
        each["name"]: seen(each["value"]) for each in container(job, name)["env"] if "value" in each
    }


def seen(text: str) -> str:
    """What a container sees of an argument or a value, if no variable may be put into it."""
    pieces = text.split("$$")
    assert all("$" not in piece for piece in pieces), f"{text}: the kubelet would look at it"
    return "$".join(pieces)


def flags(job: dict[str, Any]) -> list[str]:
    return [seen(arg) for arg in container(job, "kaniko")["args"]]


def shape(value: Any) -> Any:
    """The keys of *value*, at every depth; of lists of texts not even how long they are."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [] if all(isinstance(one, str) for one in value) else [shape(one) for one in value]
    return type(value).__name__
