"""The templates of a process: which they are, and what becomes of them with values."""

import traceback
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import attrs
import jinja2

from knative_lambda.adapters.templates.dockerfiles import dockerfiles
from knative_lambda.adapters.templates.documents import documents
from knative_lambda.adapters.templates.environment import decoded
from knative_lambda.adapters.templates.faults import faults
from knative_lambda.adapters.templates.folder import packaged
from knative_lambda.domain.errors import SetupError

_RENDERED: Final = ".j2"
_DOCKERFILE: Final = "Dockerfile.j2"


@attrs.frozen(eq=False)
class Templates:
    """All of them, read once; whoever wrote them, no value can become structure.

    Attributes:
        contents: Of each, by its path below the folder of templates.
    """

    contents: Mapping[str, bytes] = attrs.field(factory=packaged, repr=False)
    _dockerfiles: jinja2.Environment = attrs.field(init=False, repr=False)
    _documents: jinja2.Environment = attrs.field(init=False, repr=False)

    @_dockerfiles.default
    def _of_dockerfiles(self) -> jinja2.Environment:
        return dockerfiles(self.contents)

    @_documents.default
    def _of_documents(self) -> jinja2.Environment:
        return documents(self.contents)

    def below(self, folder: str) -> Iterator[tuple[str, bytes]]:
        """Each file below *folder*, by its path below it, with its content."""
        for name, content in self.contents.items():
            if name.startswith(f"{folder}/"):
                yield name.removeprefix(f"{folder}/"), content

    def rendered(self, name: str, /, **values: object) -> bytes:
        """What the template *name* becomes with *values*, in UTF-8.

        Raises:
            SetupError: It cannot be rendered with them; names the template and the line.
            jinja2.TemplateNotFound: There is none of that name.
        """
        template = self._environment(name).get_template(name)
        try:
            text = template.render(values)
        except Exception as error:
            raise SetupError(f"template {self._place(error, name)}: {error}") from error
        return text.encode()

    def faults(self, name: str) -> Iterator[str]:
        """Each fault of *name* that shows before it is rendered, with its line."""
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


@cache
def ours() -> Templates:
    """Those of the package."""
    return Templates()
