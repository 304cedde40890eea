"""A file from a stranger, unpacked if it is an archive."""

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import BinaryIO, Final

from knative_lambda.adapters.sources.archives.item import Item, ItemsRefusedError, TooMuchError
from knative_lambda.adapters.sources.archives.register import Register
from knative_lambda.adapters.sources.archives.tar_items import tar_items
from knative_lambda.adapters.sources.archives.writing import write
from knative_lambda.adapters.sources.archives.zip_items import zip_items
from knative_lambda.adapters.sources.limits import FetchLimits
from knative_lambda.adapters.sources.refusals import rejected, too_large


class Kind(Enum):
    """What a file is, by its first bytes."""

    TAR_GZ = "tar.gz"
    TAR = "tar"
    ZIP = "zip"


_HEAD: Final = 512
_TAR_MARK: Final = slice(257, 262)


def kind_of(file: Path) -> Kind | None:
    """Which archive *file* is; `None`: it is none."""
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith(b"\x1f\x8b"):
        return Kind.TAR_GZ
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Kind.ZIP
    return Kind.TAR if head[_TAR_MARK] == b"ustar" else None


def unpack(file: Path, kind: Kind, into: Path, limits: FetchLimits) -> Path:
    """Unpack the archive to the new folder *into*.

    Gives where its files begin: if all are in one folder, as forges pack them, then there.

    Raises:
        SourceRefusedError: It is not safe, or too large.
    """
    register = Register(limits, packed=file.stat().st_size)
    try:
        with file.open("rb") as stream:
            write(_items(stream, kind, limits), into, register)
    except ItemsRefusedError as error:
        raise rejected(f"source_url: the archive cannot be taken: {error}") from error
    except TooMuchError as error:
        detail = f"source_url: the archive unpacks to more than {error}; leave some files out"
        raise too_large(detail) from error
    return _beginning(into)


def _items(stream: BinaryIO, kind: Kind, limits: FetchLimits) -> Iterator[Item]:
    match kind:
        case Kind.ZIP:
            return zip_items(stream)
        case Kind.TAR | Kind.TAR_GZ:
            return tar_items(stream, limits, gzipped=kind is Kind.TAR_GZ)


def _beginning(tree: Path) -> Path:
    places = list(tree.iterdir())
    if len(places) == 1 and places[0].is_dir() and not places[0].is_symlink():
        return places[0]
    return tree
