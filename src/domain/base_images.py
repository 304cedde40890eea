"""Which images the runtimes stand on where an operator names others."""

from collections.abc import Mapping

import attrs

from knative_lambda.domain import rules
from knative_lambda.domain.fields import shown
from knative_lambda.domain.runtimes import ALIASES, Runtime

_BUILD = "/build"


def with_images(
    runtimes: Mapping[str, Runtime], images: Mapping[str, str]
) -> Mapping[str, Runtime]:
    """*runtimes* on other *images*, each by a runtime's name or alias.

    The name alone stands for the image that functions run on; where they are built on the same
    one, it replaces that too. The name followed by `/build` stands for what they are built on.

    Raises:
        ValueError: With every name that no runtime has, and every image that is none.
    """
    given = {_resolved(key): image for key, image in images.items()}
    problems = [
        *(
            f"{shown(key)}: no such runtime; there are: {', '.join(runtimes)}"
            for key in given
            if key.removesuffix(_BUILD) not in runtimes
        ),
        *(
            f"{shown(image)} for {key} must be {rules.IMAGE.words}"
            for key, image in given.items()
            if not rules.IMAGE.allows(image)
        ),
        *(
            f"{key}: is named twice, by its name and by an alias"
            for key in given
            if sum(_resolved(other) == key for other in images) > 1
        ),
    ]
    if problems:
        raise ValueError("; ".join(problems))
    return {name: _replaced(runtime, given) for name, runtime in runtimes.items()}


def _resolved(key: str) -> str:
    name, separator, build = key.partition("/")
    return f"{ALIASES.get(name, name)}{separator}{build}"


def _replaced(runtime: Runtime, images: Mapping[str, str]) -> Runtime:
    base = images.get(runtime.name, runtime.base_image)
    alike = runtime.build_image == runtime.base_image
    build = images.get(f"{runtime.name}{_BUILD}", base if alike else runtime.build_image)
    return attrs.evolve(runtime, base_image=base, build_image=build)
