"""A package of somebody else's that an image has in it, as a lock file pins it."""

from collections.abc import Iterable

import attrs


@attrs.frozen
class Component:
    """One version of one package.

    Attributes:
        purl: Its package URL (https://github.com/package-url/purl-spec), such as
            `pkg:npm/%40scope/name@1.2.3`; with name and version in it.
        hashes: Of the file it was installed from: the algorithm as CycloneDX calls it, such as
            `SHA-512`, and the digest in lower-case hex.
        optional: Whether it is only installed where it fits, such as on one kind of processor.
    """

    name: str
    version: str
    purl: str
    hashes: tuple[tuple[str, str], ...] = ()
    optional: bool = False


def hashes_of_one_file(hashes: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Those of *hashes* that are known to be of the file that was installed.

    Where a lock has two of one algorithm, either file may have been taken, and neither is told.
    """
    digests: dict[str, set[str]] = {}
    for algorithm, digest in hashes:
        digests.setdefault(algorithm, set()).add(digest)
    return tuple(
        (algorithm, min(found)) for algorithm, found in sorted(digests.items()) if len(found) == 1
    )
