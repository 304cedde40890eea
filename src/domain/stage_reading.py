"""The reading of a stage that files are copied from: what decides over what it leaves."""

import posixpath
from collections.abc import Collection, Sequence
from typing import Final

from knative_lambda.domain import dockerfile_values as values
from knative_lambda.domain.dockerfile import DockerfileStage, Instruction
from knative_lambda.domain.recipe import Stage

_WHOLE: Final = "."


def stood_on(stage: DockerfileStage, earlier: Sequence[DockerfileStage]) -> DockerfileStage | None:
    """The one of the *earlier* stages that *stage* stands on; `None`: it stands on an image."""
    for other in earlier:
        if other.name == stage.base.lower() and not other.name.isdecimal():
            return other
    return None


def copied_from(name: str | None, earlier: Sequence[DockerfileStage]) -> DockerfileStage | None:
    """The one of the *earlier* stages that a `--from` means: by its name, or its number."""
    for number, other in enumerate(earlier):
        if name is not None and name.lower() in {other.name, str(number)}:
            return other
    return None


def reading(
    stage: DockerfileStage, earlier: Sequence[DockerfileStage], files: Collection[str]
) -> Stage:
    """What decides over what *stage* leaves: its own instructions, and those it builds on.

    Args:
        stage: One of *earlier*.
        earlier: All stages up to the one that copies from it.
        files: The paths of all that a COPY finds in the context.

    Raises:
        NoRecipeError: More than that would decide, such as what lies behind a URL.
    """
    needed = {stage.name}
    inputs: set[str] = set()
    lines: list[str] = []
    # Each stage is needed by later ones alone, so that all is known of it when it is reached.
    for number in range(earlier.index(stage), -1, -1):
        one, before = earlier[number], earlier[:number]
        if one.name not in needed:
            continue
        base = stood_on(one, before)
        needed.update({base.name} if base is not None else ())
        for instruction in one.instructions:
            source, found = _needs(instruction, before, files)
            needed.update({source.name} if source is not None else ())
            inputs.update(found)
        lines = [one.start.words, *(line.words for line in one.instructions), *lines]
    return Stage(stage.name, "\n".join(lines), tuple(sorted(inputs)))


def _needs(
    instruction: Instruction, before: Sequence[DockerfileStage], files: Collection[str]
) -> tuple[DockerfileStage | None, tuple[str, ...]]:
    """The stage that *instruction* copies from, or what it takes from the context."""
    match instruction.name:
        case "ADD" | "ONBUILD":
            raise instruction.refused("adds what cannot be known before a build")
        case "RUN" if instruction.rest.startswith("--"):
            raise instruction.refused("has an option that only a build can follow")
        case "COPY":
            said = values.copied(instruction)
            options = dict(said.options)
            if "from" in options:  # what is no stage is an image, whose name is among the words
                return copied_from(options["from"], before), ()
            return None, tuple(context_source(instruction, one, files) for one in said.sources)
        case _:
            return None, ()


def context_source(instruction: Instruction, source: str, files: Collection[str]) -> str:
    """The path in the context that *source* means, `.` for its whole.

    Raises:
        NoRecipeError: It is not in the context.
    """
    path = posixpath.normpath(source.lstrip("/") or _WHOLE)
    if path.startswith(".."):
        raise instruction.refused("copies from outside of the context")
    if path not in files and not is_folder(path, files):
        raise instruction.refused("copies what the context has not")
    return path


def is_within(path: str, source: str) -> bool:
    """Whether *source*, a path in the context, is or has the file at *path*."""
    return source in {_WHOLE, path} or path.startswith(f"{source}/")


def is_folder(source: str, files: Collection[str]) -> bool:
    """Whether *source* is a folder of the context."""
    return source not in files and any(is_within(file, source) for file in files)


def stage_source(source: str) -> str:
    """The absolute path in what a stage left that *source* means."""
    return posixpath.normpath(f"/{source.lstrip('/')}")
