"""The reading of a Dockerfile as a recipe: what its image is made of, if nothing has to be run."""

from collections.abc import Collection, Sequence
from typing import Final

import attrs

from knative_lambda.domain import dockerfile_values as values
from knative_lambda.domain.copy_targets import Folders
from knative_lambda.domain.dockerfile import DockerfileStage, Instruction, stages
from knative_lambda.domain.recipe import Copy, Recipe, Stage, Step
from knative_lambda.domain.stage_reading import (
    context_source,
    copied_from,
    reading,
    stage_source,
    stood_on,
)

_ROOT: Final = frozenset({"0", "root", "0:0", "root:root", "0:root", "root:0"})
_NO_IMAGE: Final = "scratch"


def recipe(dockerfile: str, files: Collection[str]) -> Recipe:
    """How the image of *dockerfile* is made from its base.

    Args:
        dockerfile: Its text.
        files: The paths of all that a COPY finds in the context.

    Raises:
        NoRecipeError: It is not made by copying alone, or what it copies is not there.
    """
    found = stages(dockerfile)
    line = _line(found)
    if line[0].base == _NO_IMAGE:
        raise line[0].start.refused("stands on no image")
    image = _Image(files)
    for stage in line:
        image.begin(found[: found.index(stage)])
        for instruction in stage.instructions:
            image.follow(instruction)
    return image.recipe(line[0].base)


def _line(found: Sequence[DockerfileStage]) -> list[DockerfileStage]:
    """The last stage, and before it those that it stands on."""
    line = [found[-1]]
    while (base := stood_on(line[0], found[: found.index(line[0])])) is not None:
        line.insert(0, base)
    return line


@attrs.define
class _Image:
    """The image as far as its instructions have been followed."""

    files: Collection[str]
    earlier: tuple[DockerfileStage, ...] = ()
    environment: dict[str, str] = attrs.field(factory=dict)
    labels: dict[str, str] = attrs.field(factory=dict)
    ports: dict[str, None] = attrs.field(factory=dict)
    folders: Folders = attrs.field(factory=Folders)
    user: str | None = None
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    steps: list[Step] = attrs.field(factory=list)
    kept: Stage | None = None
    has_command: bool = False

    def begin(self, earlier: tuple[DockerfileStage, ...]) -> None:
        """Go on with the stage behind the *earlier* ones; a command until now is its base's."""
        self.earlier, self.has_command = earlier, False

    def follow(self, instruction: Instruction) -> None:  # noqa: C901 - one case an instruction
        """Take in what *instruction* says."""
        copy = folder = None
        match instruction.name:
            case "LABEL":
                self.labels.update(values.pairs(instruction))
            case "ENV":
                self.environment.update(values.pairs(instruction))
            case "EXPOSE":
                self.ports.update(dict.fromkeys(values.ports(instruction)))
            case "USER":
                self.user = values.word(instruction)
            case "WORKDIR":
                folder = self._entered(instruction)
            case "COPY":
                copy = self._copied(instruction)
            case "CMD":
                self.command, self.has_command = values.command(instruction), True
            case "ENTRYPOINT":
                self.entrypoint = values.command(instruction)
                if not self.has_command:
                    self.command = ()
            case "RUN":
                raise instruction.refused("runs a command in the image itself")
            case _:
                raise instruction.refused("has an instruction that only a build can follow")
        self.steps.append(Step(instruction.words, copy, folder))

    def _entered(self, instruction: Instruction) -> str:
        folder = self.folders.enter(instruction, values.word(instruction))
        if folder.new and self.user is not None and self.user not in _ROOT:
            raise instruction.refused("makes a folder that belongs to another user than root")
        return folder.path

    def _copied(self, instruction: Instruction) -> Copy:
        said = values.copied(instruction)
        options = dict(said.options)
        stage = options.pop("from", None)
        if options or len(said.options) > 1:
            raise instruction.refused("has an option that only a build can follow")
        if not said.options:
            sources = tuple(context_source(instruction, one, self.files) for one in said.sources)
            return Copy(
                sources, self.folders.receive(instruction, said.target, sources, self.files)
            )
        if self.kept is not None:
            raise instruction.refused("copies from its stages more than once")
        found = copied_from(stage, self.earlier)
        if found is None:
            raise instruction.refused("copies from what is no stage of it")
        self.kept = reading(found, self.earlier, self.files)
        return Copy(
            tuple(stage_source(one) for one in said.sources),
            self.folders.receive(instruction, said.target, said.sources, ()),
            found.name,
        )

    def recipe(self, base: str) -> Recipe:
        """All that was taken in, on *base*."""
        return Recipe(
            base=base,
            environment=tuple(self.environment.items()),
            labels=tuple(self.labels.items()),
            folder=self.folders.current,
            user=self.user,
            ports=tuple(self.ports),
            entrypoint=self.entrypoint,
            command=self.command,
            steps=tuple(self.steps),
            stages=() if self.kept is None else (self.kept,),
        )
