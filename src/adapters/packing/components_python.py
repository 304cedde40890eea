"""What a Python source's requirements pin.

Source: https://pip.pypa.io/en/stable/reference/requirements-file-format/
"""

import re
from collections.abc import Iterator
from typing import Final

from knative_lambda.adapters.packing.python_project import requirement_lines
from knative_lambda.domain.component import Component, hashes_of_one_file
from knative_lambda.domain.purl import purl

# `name[extra]==version ; marker`, with one blank at most between two of them.
_PINNED: Final = re.compile(
    r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?) ?(?:\[[^\]]*\] ?)?===? ?"
    r"([A-Za-z0-9][A-Za-z0-9.!+_-]*) ?(;.*)?"
)
_SEPARATORS: Final = re.compile(r"[-_.]+")
_HASH: Final = re.compile(r"--hash[= ](sha256|sha384|sha512):([0-9A-Fa-f]+)(?: |$)")
_DIGESTS: Final = {  # by its name in a hash: that in CycloneDX, and its hex digits
    "sha256": ("SHA-256", 64),
    "sha384": ("SHA-384", 96),
    "sha512": ("SHA-512", 128),
}


def python_components(text: str) -> Iterator[Component]:
    """The packages of the requirements *text* that are pinned with `==`, as often as they stand.

    One with a marker is optional, as only the installing Python knows whether it is meant.
    """
    for line in requirement_lines(text):
        requirement, *options = " ".join(line.split()).split(" --", 1)
        pinned = _PINNED.fullmatch(requirement)
        if pinned:
            name = _SEPARATORS.sub("-", pinned[1]).lower()
            yield Component(
                name=name,
                version=pinned[2],
                purl=purl("pypi", name, pinned[2]),
                hashes=hashes_of_one_file(_hashes("".join(f"--{each}" for each in options))),
                optional=pinned[3] is not None,
            )


def _hashes(options: str) -> Iterator[tuple[str, str]]:
    for algorithm, digest in _HASH.findall(options):
        name, digits = _DIGESTS[algorithm]
        if len(digest) == digits:
            yield name, digest.lower()
