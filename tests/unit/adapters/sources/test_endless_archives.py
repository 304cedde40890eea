"""A tar that goes on and on is refused, though it never holds too much that is new."""

import gc
import gzip
import io
import tarfile
from pathlib import Path

import pytest
from support.archive_entries import entry, tar

from knative_lambda.adapters.packing.tree import TreeLimits
from knative_lambda.adapters.sources.archives.item import ItemsRefusedError
from knative_lambda.adapters.sources.archives.tar_items import tar_items
from knative_lambda.adapters.sources.archives.unpacking import Kind, unpack
from knative_lambda.adapters.sources.limits import FetchLimits
from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.failures import Reason

LIMITS = FetchLimits(TreeLimits(max_files=40, max_bytes=5_000_000))
FOLDER = entry("folder", b"", type=tarfile.DIRTYPE)
ROOT = entry("./", b"", type=tarfile.DIRTYPE)


def unpacked(archive: bytes, place: Path) -> list[str]:
    """The names at the top of what *archive* unpacks to."""
    file = place / "archive"
    file.write_bytes(archive)
    return sorted(
        found.name for found in unpack(file, Kind.TAR_GZ, place / "tree", LIMITS).iterdir()
    )


@pytest.mark.parametrize("header", [FOLDER, ROOT], ids=["a folder", "the root"])
def test_what_is_repeated_counts_as_often_as_it_is_there(
    header: tuple[tarfile.TarInfo, bytes], tmp_path: Path
) -> None:
    with pytest.raises(SourceRefusedError, match="more than 200 files and directories") as refusal:
        unpacked(tar(*[header] * 201), tmp_path)
    assert refusal.value.reason is Reason.SOURCE_TOO_LARGE


def test_a_folder_may_be_there_twice(tmp_path: Path) -> None:
    archive = tar(ROOT, FOLDER, entry("folder/a.js"), FOLDER, entry("b.js"))
    assert unpacked(archive, tmp_path) == ["b.js", "folder"]


def test_zeros_without_an_end_are_not_read_to_their_end(tmp_path: Path) -> None:
    zeros = gzip.compress(gzip.decompress(tar(entry("a.js"))) + bytes(20_000_000))
    with pytest.raises(SourceRefusedError, match="bytes with all headers") as refusal:
        unpacked(zeros, tmp_path)
    assert refusal.value.reason is Reason.SOURCE_TOO_LARGE


def test_some_zeros_behind_the_end_are_taken(tmp_path: Path) -> None:
    zeros = gzip.compress(gzip.decompress(tar(entry("a.js"))) + bytes(1 << 20))
    assert unpacked(zeros, tmp_path) == ["a.js"]


def with_global_attributes(number: int) -> io.BytesIO:
    """A tar with an entry behind each of so many attributes that are for all entries."""
    blocks = (
        tarfile.TarInfo.create_pax_global_header({f"comment.{each}": "x"})
        + tarfile.TarInfo(f"f{each}").tobuf()
        for each in range(number)
    )
    return io.BytesIO(b"".join(blocks) + bytes(1024))


def test_a_hundred_attributes_for_all_entries_are_taken() -> None:
    assert len(list(tar_items(with_global_attributes(100), LIMITS, gzipped=False))) == 100


def test_more_attributes_for_all_entries_are_refused() -> None:
    with pytest.raises(ItemsRefusedError, match="more than 100 global attributes"):
        list(tar_items(with_global_attributes(101), LIMITS, gzipped=False))


def test_headers_that_were_read_are_not_kept() -> None:
    archive = io.BytesIO(tar(*(entry(f"f{number}", b"") for number in range(150))))
    before = headers_in_memory()
    most = max(headers_in_memory() for _ in tar_items(archive, LIMITS, gzipped=True))
    assert most - before < 10


def headers_in_memory() -> int:
    """How many headers of tars there are."""
    return sum(isinstance(each, tarfile.TarInfo) for each in gc.get_objects())
