"""Lock files as the programs wrote them that they are of, and what is read from others."""

from pathlib import Path

from support.sources import source

from knative_lambda.adapters.packing.components import components
from knative_lambda.domain.component import Component
from knative_lambda.domain.runtimes import Language

_LOCKS = Path(__file__).with_name("locks")


def lock(name: str) -> str:
    """The text of one of `locks/`."""
    return (_LOCKS / name).read_text("utf-8")


def of_node(text: str | bytes, name: str = "package-lock.json") -> tuple[Component, ...]:
    """What a source with this lock of npm gets."""
    return components(source({name: text}), Language.NODEJS)


def of_python(text: str | bytes) -> tuple[Component, ...]:
    """What a source with these requirements gets."""
    return components(source({"requirements.txt": text}), Language.PYTHON)


def of_go(module: str, sums: str) -> tuple[Component, ...]:
    """What a source with this go.mod and go.sum gets."""
    return components(source({"go.mod": module, "go.sum": sums}), Language.GO)


def purls(found: tuple[Component, ...]) -> list[str]:
    """Their names, as scanners know them."""
    return [component.purl for component in found]
