"""The images that generated Dockerfiles stand on, kept from run to run."""

import hashlib
import inspect
import re
from types import ModuleType
from typing import Final

import attrs
from images import debian, recipes
from images.machine import MOUNT_POINTS
from images.recipes import Recipe
from images.storage import Storage

from knative_lambda.domain.runtimes import Runtime

_KEPT: Final = "localhost/base/"
_MAKERS: Final[tuple[ModuleType, ...]] = (debian, recipes)


def _key() -> str:
    """Another one as soon as anything changes in how bases are made."""
    sources = "".join(inspect.getsource(module) for module in _MAKERS)
    return hashlib.sha256(f"{MOUNT_POINTS}{sources}".encode()).hexdigest()[:16]


@attrs.frozen
class Bases:
    """The bases in *storage*; each is kept under a name that holds *key*."""

    storage: Storage
    key: str = attrs.field(factory=_key)

    def clear(self) -> None:
        """Remove all but the bases that are still good."""
        self.storage.clear(lambda image: image.startswith(_KEPT) and image.endswith(self.key))

    def provide(self, runtime: Runtime) -> None:
        """Have all that *runtime* stands on, under the names that the table gives it."""
        for name, recipe in recipes.recipes(runtime).items():
            if self._kept(name) not in self.storage.images():
                self._make(name, recipe)
            if name != recipes.MINIMAL:
                self.storage.run("tag", self._kept(name), name)

    def _make(self, name: str, recipe: Recipe) -> None:
        parent = recipe.parent if recipe.parent == "scratch" else self._kept(recipe.parent)
        with self.storage.scratch() as scratch, self.storage.container(parent) as container:
            recipe.make(container, scratch)
            container.commit(self._kept(name))

    def _kept(self, name: str) -> str:
        return f"{_KEPT}{re.sub('[^a-z0-9.]+', '-', name)}:{self.key}"
