"""Sources in memory, for what looks at a tenant's manifests."""

from collections.abc import Mapping

from knative_lambda.adapters.packing.go_project import go_installation
from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.adapters.packing.members import rendered
from knative_lambda.adapters.packing.node_project import node_installation
from knative_lambda.adapters.packing.python_project import python_installation
from knative_lambda.adapters.packing.source import Source


def source(files: Mapping[str, str | bytes]) -> Source:
    """The source with these files, by path."""
    return Source.of(
        rendered(f"function/{path}", text.encode() if isinstance(text, str) else text)
        for path, text in files.items()
    )


def node(package: str, **files: str) -> Installation:
    """For a source with this package.json; `lock`, `shrinkwrap` and `npmrc` are files beside it."""
    paths = {"lock": "package-lock.json", "shrinkwrap": "npm-shrinkwrap.json", "npmrc": ".npmrc"}
    beside = {paths[name]: text for name, text in files.items()}
    return node_installation(source({"package.json": package, **beside}))


def python(requirements: str, project: str | None = None) -> Installation:
    """For a source with this requirements.txt, and a pyproject.toml unless there is none."""
    beside = {} if project is None else {"pyproject.toml": project}
    return python_installation(source({"requirements.txt": requirements, **beside}))


def go(files: Mapping[str, str]) -> Installation:
    """For a source with these files beside its code."""
    return go_installation(source({"function.go": "package function\n", **files}))
