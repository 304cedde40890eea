"""What a Dockerfile makes of a context, as far as that can be made without running anything."""

import attrs


@attrs.frozen
class Copy:
    """Files that come into the image.

    Attributes:
        sources: Where they lie: in the context, or, as absolute paths, in what *stage* left.
        target: An absolute path; one that ends in `/` is a folder that files are put into, and a
            folder is copied as its content, both as Docker does.
        stage: The name of the stage that made them; `None`: they are the context's own.
    """

    sources: tuple[str, ...]
    target: str
    stage: str | None = None


@attrs.frozen
class Stage:
    """What runs before, and leaves files that are copied.

    Attributes:
        words: Its instructions, as they stand in the Dockerfile.
        inputs: The files and folders of the context that it copies.
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
        folder: The working directory that it asks for, which is made if it is not there.
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
        entrypoint: `None`: the base's, unless there is a command of ours without one.
        command: `None`: the base's.
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
