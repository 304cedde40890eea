"""What renders templates, and looks for faults in them."""

import traceback
from collections.abc import Iterator, Mapping
from typing import Final, Self

import attrs
import jinja2

from knative_lambda.adapters.templates.dockerfiles import dockerfiles
from knative_lambda.adapters.templates.documents import documents
from knative_lambda.adapters.templates.environment import decoded
from knative_lambda.adapters.templates.faults import faults
from knative_lambda.adapters.templates.manifests import described
from knative_lambda.adapters.templates.templates import Manifest
from knative_lambda.domain.errors import SetupError

_RENDERED: Final = ".j2"
_DOCKERFILE: Final = "Dockerfile.j2"


@attrs.frozen(eq=False)
class Renderer:
    """Two kinds of templates, each with its own rules for the values in it.

    Attributes:
        contents: Of each, by its path below the folder of templates.
    """

    contents: Mapping[str, bytes]
    _dockerfiles: jinja2.Environment
    _documents: jinja2.Environment

    @classmethod
    def of(cls, contents: Mapping[str, bytes]) -> Self:
        """For these."""
        return cls(contents, dockerfiles(contents), documents(contents))

    def rendered(self, name: str, values: Mapping[str, object]) -> str:
        """As `Templates.rendered` says, as text."""
        template = self._environment(name).get_template(name)
        try:
            return template.render(values)
        except Exception as error:
            raise SetupError(f"template {self._place(error, name)}: {error}") from error

    def manifest(self, name: str, values: Mapping[str, object]) -> Manifest:
        """As `Templates.manifest` says."""
        return described(name, self.rendered(name, values))

    def faults(self, name: str) -> Iterator[str]:
        """As `Templates.faults` says."""
        if not name.endswith(_RENDERED):
            return
        try:
            text = decoded(self.contents[name])
        except UnicodeDecodeError as error:
            yield f"{name}: is not UTF-8 at byte {error.start}; save it as UTF-8"
        else:
            yield from faults(self._environment(name), name, text)

    def _environment(self, name: str) -> jinja2.Environment:
        return self._dockerfiles if name.endswith(_DOCKERFILE) else self._documents

    def _place(self, error: Exception, name: str) -> str:
        """Where in the templates *error* was raised: in *name*, or in what it includes."""
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if frame.filename in self.contents:
                return f"{frame.filename}, line {frame.lineno}"
        return name
