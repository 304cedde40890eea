"""The packages of others that a function's image gets, as far as a lock file pins them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from knative_lambda.adapters.packing.components_go import go_components
from knative_lambda.adapters.packing.components_npm import npm_components
from knative_lambda.adapters.packing.components_python import python_components
from knative_lambda.adapters.packing.go_project import MODULE, SUMS
from knative_lambda.adapters.packing.node_project import LOCKS
from knative_lambda.adapters.packing.python_project import REQUIREMENTS
from knative_lambda.adapters.packing.source import Source
from knative_lambda.domain.component import Component
from knative_lambda.domain.runtimes import Language

MOST: Final = 20_000  # components; a few times what the largest projects have
_LONGEST: Final = 2048  # characters of a purl, which has name and version in it


def components(source: Source, language: Language) -> tuple[Component, ...]:
    """What the lock files pin that an installation of *source* reads, each purl once, sorted.

    A tenant may send anything, so what cannot be read is left out, and so is what comes after
    the first `MOST`: the list is one of what is in the image, and never says that it is all.

    Raises:
        TreeChangedError: A lock file is not what was scanned.
    """
    found: dict[str, Component] = {}
    for component in _READERS[language](source):
        known = found.get(component.purl)
        # What is needed in one place is in the image, though another could do without it.
        if len(component.purl) <= _LONGEST and (known is None or known.optional):
            found[component.purl] = component
        if len(found) == MOST:
            break
    return tuple(found[purl] for purl in sorted(found))


def _of_node(source: Source) -> Iterator[Component]:
    locks = [name for name in LOCKS if name in source]
    return npm_components(source.lock(locks[0]) if locks else "")


def _of_python(source: Source) -> Iterator[Component]:
    return python_components(source.lock(REQUIREMENTS))


def _of_go(source: Source) -> Iterator[Component]:
    return go_components(source.lock(MODULE), source.lock(SUMS))


_READERS: Final[Mapping[Language, Callable[[Source], Iterator[Component]]]] = {
    Language.NODEJS: _of_node,
    Language.PYTHON: _of_python,
    Language.GO: _of_go,
}
