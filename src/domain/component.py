"""A package of somebody else's that an image has in it, as a lock file pins it."""

import attrs


@attrs.frozen
class Component:
    """One version of one package.

    Attributes:
        purl: Its package URL (https://github.com/package-url/purl-spec), such as
            `pkg:npm/%40scope/name@1.2.3`; with name and version in it.
        hashes: Of the file it was installed from: the algorithm as CycloneDX calls it, such as
            `SHA-512`, and the digest in lower-case hex.
    """

    name: str
    version: str
    purl: str
    hashes: tuple[tuple[str, str], ...] = ()
