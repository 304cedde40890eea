"""What a Go source says about its installation: go.mod and go.sum."""

import re
from typing import Final

from knative_lambda.adapters.packing import names
from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.adapters.packing.source import Source, rejected

MODULE: Final = "go.mod"
SUMS: Final = "go.sum"
# The wrapper is the same for every function, so what it imports must have one name.
_NAME: Final = "function"
# None of them reads on behind its line: where many are blank, that takes time by their square.
_MODULE_LINE: Final = re.compile(
    r'^[ \t\r]*module[ \t]+["`]?([^\s"`]+)["`]?[ \t\r]*$', re.MULTILINE
)
_REQUIRES: Final = re.compile(r"^[ \t\r]*require\b", re.MULTILINE)
_REPLACED_BY_FOLDER: Final = re.compile(r'=>\s*["`]?\.{0,2}/')
_COMMENT: Final = re.compile(r"//.*")


def go_installation(source: Source) -> Installation:
    """How to install the modules that *source* requires.

    Raises:
        SourceRefusedError: Its go.mod names another module, or has no go.sum beside it.
    """
    text = source.manifest(MODULE)
    if text is None:
        if SUMS in source:
            raise rejected(f"{SUMS}: has no {MODULE} beside it; add it, or remove the sums")
        return Installation()
    text = _COMMENT.sub("", text)
    _require_name(text)
    if not _REQUIRES.search(text):
        return Installation()
    local = _REPLACED_BY_FOLDER.search(text) is not None
    if SUMS not in source and not local:
        raise rejected(
            f"{SUMS}: is missing, so the modules that {MODULE} requires cannot be verified; "
            "run: go mod tidy, and add the file"
        )
    return Installation(install=True, manifests=() if local else (MODULE, SUMS))


def generated_module(version: str) -> bytes:
    """The go.mod of a source without one, for that *version* of the language."""
    return f"module {_NAME}\n\ngo {version}\n".encode("ascii")


def _require_name(text: str) -> None:
    found = _MODULE_LINE.search(text)
    if found is None:
        raise rejected(f"{MODULE}: names no module; let it begin with: module {_NAME}")
    if found[1] != _NAME:
        raise rejected(
            f"{MODULE}: names the module '{names.shown(found[1])}', but what serves a function "
            f"imports it as '{_NAME}'; write: module {_NAME}, and begin the imports of its own "
            f"packages with {_NAME}/"
        )
