"""What a Dockerfile makes of a context, as far as that can be made without running anything."""

import attrs

from knative_lambda.domain.errors import BuilderError


class NoRecipeError(BuilderError):
    """A Dockerfile whose image cannot be made without a build.

    Its text is the reason, as words for the tenant, such as `its Dockerfile runs a command in the
    image itself: RUN make`.
    """


@attrs.frozen
class Copy:
    """Files that come into the image.

    Attributes:
        sources: Where they lie: in the context, whose whole is `.`, or, as absolute paths, in what
            *stage* left.
        target: An absolute path; one that ends in `/` is a folder that files are put into, and a
            folder is copied as its content, both as Docker does.
        stage: The name of the stage that made them; its number, from 0, where it has none; `None`:
            they are the context's own.
    """

    sources: tuple[str, ...]
    target: str
    stage: str | None = None


@attrs.frozen
class Stage:
    """What runs before, and leaves files that are copied.

    Attributes:
        words: Its instructions, as they stand in the Dockerfile but for comments, and before them
            those of the stages that it stands on or copies from.
        inputs: The files and folders of the context that they copy; `.` is the whole.
    """

    name: str
    words: str
    inputs: tuple[str, ...]


@attrs.frozen
class Step:
    """An instruction of the image itself, in its order.

    Attributes:
        words: As it stands in the Dockerfile.
        copy: What it copies; `None`: it changes the configuration alone, or makes *folder*.
        folder: The working directory that it asks for, an absolute path, which is made if it is
            not there, and belongs to root then.
    """

    words: str
    copy: Copy | None = None
    folder: str | None = None


@attrs.frozen(kw_only=True)
class Recipe:
    """How the image is made from its base.

    Attributes:
        base: The image it stands on.
        environment: Variables that are added to the base's, or replace them.
        labels: The same.
        folder: The working directory that is left in the configuration; `None`: the base's.
        user: `None`: the base's.
        ports: Such as `8080/tcp`, added to the base's.
        entrypoint: `None`: the base's; an empty one takes the base's away.
        command: The same; with an entrypoint of ours it is never `None`, as the base's command is
            meant for the base's.
        steps: In their order.
        stages: Those that are copied from.
    """

    base: str
    environment: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    folder: str | None = None
    user: str | None = None
    ports: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    steps: tuple[Step, ...] = ()
    stages: tuple[Stage, ...] = ()
