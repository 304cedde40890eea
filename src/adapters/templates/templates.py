"""The templates of a process: which they are, and what becomes of them with values."""

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import attrs

from knative_lambda.adapters.templates.folder import packaged

if TYPE_CHECKING:
    from knative_lambda.adapters.templates.renderer import Renderer

Manifest = dict[str, Any]


@attrs.frozen(eq=False)
class Templates:
    """All of them, read once; whoever wrote them, no value can become structure.

    What renders them is imported with the first, in some hundredths of a second.

    Attributes:
        contents: Of each, by its path below the folder of templates.
    """

    contents: Mapping[str, bytes] = attrs.field(factory=packaged, repr=False)

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
        return self._renderer.rendered(name, values).encode()

    def manifest(self, name: str, /, **values: object) -> Manifest:
        """The object of Kubernetes that the template *name* describes, with *values* in it.

        Raises:
            SetupError: As for `rendered`; or it describes none, and the template is named.
        """
        return self._renderer.manifest(name, values)

    def faults(self, name: str) -> Iterator[str]:
        """Each fault of *name* that shows before it is rendered, with its line."""
        return self._renderer.faults(name)

    @cached_property
    def _renderer(self) -> "Renderer":
        from knative_lambda.adapters.templates.renderer import (  # noqa: PLC0415 - as told above
            Renderer,
        )

        return Renderer.of(self.contents)


@cache
def ours() -> Templates:
    """Those of the package."""
    return Templates()
