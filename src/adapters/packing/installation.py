"""What the Dockerfile has to do for a source, whatever its language."""

import attrs


@attrs.frozen(kw_only=True)
class Installation:
    """The choices between the steps of a Dockerfile; the names are those in the templates.

    Attributes:
        install: Whether there are dependencies to install.
        manifests: The files that are all an installation needs; empty when it needs the code.
        locked: Whether a lock file of npm says what to install (Node.js).
        build_script: Whether `npm run build` makes what is run (Node.js).
        hashed: Whether each requirement must bear a hash (Python).
        package: Whether pyproject.toml makes the source a package to install (Python).
        compiled: Whether the code is so much that a start would wait for its bytecode (Python).
    """

    install: bool = False
    manifests: tuple[str, ...] = ()
    locked: bool = False
    build_script: bool = False
    hashed: bool = False
    package: bool = False
    compiled: bool = False
