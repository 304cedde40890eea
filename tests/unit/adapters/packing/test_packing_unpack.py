"""The way back to a directory, and each archive that neither unpacking nor hashing accepts."""

import gc
import gzip
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from support.packing_trees import Files, found, plant, scanned, trees

from knative_lambda.adapters.packing.archive import stream
from knative_lambda.adapters.packing.digest import tree_hash_of_archive
from knative_lambda.adapters.packing.reader import entries
from knative_lambda.adapters.packing.tree import rendered
from knative_lambda.adapters.packing.unpack import ArchiveRefusedError, unpack


def entry(name: str, kind: bytes = tarfile.REGTYPE, mode: int = 0o644) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.type, header.mode = kind, mode
    return header


def archive(*headers: tarfile.TarInfo) -> bytes:
    blocks = b"".join(
        header.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
        + bytes(-(-header.size // 512) * 512)
        for header in headers
    )
    return gzip.compress(blocks + bytes(1024))


def pax(name: str, **records: str) -> tarfile.TarInfo:
    header = entry(name)
    header.pax_headers = records
    return header


def _unpacked(content: BinaryIO, root: Path) -> None:
    unpack(content, root / "out")


def _hashed(content: BinaryIO, _root: Path) -> None:
    tree_hash_of_archive(content)


@pytest.fixture(params=[_unpacked, _hashed])
def refusal(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[bytes], str]:
    """What is said to an archive that must be refused, by either of its readers."""

    def said(content: bytes) -> str:
        with pytest.raises(ArchiveRefusedError) as caught:
            request.param(io.BytesIO(content), tmp_path)
        assert str(tmp_path) not in str(caught.value)
        return str(caught.value)

    return said


Refusal = Callable[[bytes], str]


@given(files=trees)
def test_what_was_packed_is_what_is_unpacked(
    tmp_path_factory: pytest.TempPathFactory, files: Files
) -> None:
    base = tmp_path_factory.mktemp("round")
    members = scanned(plant(base / "tree", files))
    unpack(io.BytesIO(b"".join(stream(members))), base / "out")
    assert found(base / "out") == {f"src/{path}": file for path, file in files.items()}


def test_files_have_exactly_their_modes_under_any_umask(tmp_path: Path) -> None:
    packed = b"".join(stream([rendered("open", b"", 0o666), rendered("closed", b"", 0o400)]))
    before = os.umask(0o077)
    try:
        unpack(io.BytesIO(packed), tmp_path)
    finally:
        os.umask(before)
    modes = {path: mode for path, (mode, _) in found(tmp_path).items()}
    assert modes == {"open": 0o666, "closed": 0o400}


def test_a_pipe_can_be_unpacked_from(tmp_path: Path) -> None:
    read, write = os.pipe()
    with open(write, "wb") as sink:  # noqa: PTH123  a descriptor has no path
        sink.writelines(stream([rendered("a", b"x")]))
    with open(read, "rb") as source:  # noqa: PTH123  a descriptor has no path
        unpack(source, tmp_path)
    assert found(tmp_path) == {"a": (0o644, b"x")}


def test_an_archive_without_directory_entries_is_unpacked(tmp_path: Path) -> None:
    unpack(io.BytesIO(archive(entry("a/b/c"), entry("a/d"), entry("a", tarfile.DIRTYPE))), tmp_path)
    assert set(found(tmp_path)) == {"a/b/c", "a/d"}


def test_a_directory_that_holds_something_is_not_unpacked_into(tmp_path: Path) -> None:
    (tmp_path / "there").symlink_to(tmp_path.parent)
    with pytest.raises(FileExistsError, match="is not empty"):
        unpack(io.BytesIO(archive(entry("there/a"))), tmp_path)


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x", "a/..", "./a", "a//b"])
@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.DIRTYPE])
def test_a_path_that_could_lead_out_is_refused(refusal: Refusal, name: str, kind: bytes) -> None:
    assert "is not a relative path of plain names" in refusal(archive(entry(name, kind)))


def test_a_path_that_leads_out_by_its_pax_header_is_refused(refusal: Refusal) -> None:
    said = refusal(archive(pax("plain", path="../../x")))
    assert said.startswith("'../../x' in the archive is not a relative path")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("a\nb", "control character"),
        ("a\\b", "backslash"),
        ("a" * 256, "has a name of 256 bytes"),
        ("a/" * 256 + "b", "has a path of 513 bytes"),
    ],
)
def test_a_name_no_tree_may_hold_is_refused(refusal: Refusal, name: str, fault: str) -> None:
    assert fault in refusal(archive(entry(name)))


def test_a_name_of_bytes_that_are_no_text_is_refused(refusal: Refusal) -> None:
    header = entry("a\udce9").tobuf(tarfile.USTAR_FORMAT, "utf-8", "surrogateescape")
    assert "not valid UTF-8" in refusal(gzip.compress(header + bytes(1024)))


@pytest.mark.parametrize(
    "kind",
    [
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.CHRTYPE,
        tarfile.BLKTYPE,
        tarfile.FIFOTYPE,
        tarfile.CONTTYPE,
        tarfile.GNUTYPE_SPARSE,
        tarfile.GNUTYPE_LONGNAME,
        tarfile.XGLTYPE,
        b"?",
    ],
)
def test_an_entry_of_any_other_kind_is_refused(refusal: Refusal, kind: bytes) -> None:
    said = refusal(archive(entry("first"), entry("odd", kind)))
    assert said == "'odd' in the archive is neither a regular file nor a directory."


@pytest.mark.parametrize(
    "twice",
    [
        (entry("a"), entry("a")),
        (entry("a", tarfile.DIRTYPE), entry("a", tarfile.DIRTYPE)),
        (entry(".", tarfile.DIRTYPE), entry(".", tarfile.DIRTYPE)),
        (entry("a"), entry("a", tarfile.DIRTYPE)),
        (entry("a", tarfile.DIRTYPE), entry("a")),
        (entry("a/b"), entry("a")),
    ],
)
def test_a_path_there_twice_is_refused(
    refusal: Refusal, twice: tuple[tarfile.TarInfo, tarfile.TarInfo]
) -> None:
    assert "in the archive is there twice" in refusal(archive(*twice))


def test_an_entry_inside_of_a_file_is_refused(refusal: Refusal) -> None:
    assert "is inside of a file" in refusal(archive(entry("a"), entry("a/b/c")))


@pytest.mark.parametrize("mode", [0o4755, 0o2755, 0o1777])
def test_a_mode_beyond_permissions_is_refused(refusal: Refusal, mode: int) -> None:
    assert f"has the mode {mode:o}" in refusal(archive(entry("a", mode=mode)))


@pytest.mark.parametrize(
    "record",
    [{"GNU.sparse.major": "1"}, {"hdrcharset": "BINARY"}, {"uname": "root"}, {"size": "-512"}],
)
def test_pax_attributes_we_never_write_are_refused(
    refusal: Refusal, record: dict[str, str]
) -> None:
    assert "has PAX attributes other than" in refusal(archive(pax("a", **record)))


@pytest.mark.parametrize("keyword", ["GNU.sparse.map", "GNU.sparse.size"])
def test_a_number_in_a_pax_header_that_is_none_is_refused(refusal: Refusal, keyword: str) -> None:
    said = refusal(archive(pax("a", **{keyword: "many"})))
    assert said == "The archive has a header that makes no sense."


def test_a_header_too_large_to_be_held_is_refused(refusal: Refusal) -> None:
    header = entry("h", tarfile.XHDTYPE)
    header.size = 1 << 20
    assert "impossible size" in refusal(archive(header))


def test_a_chain_of_headers_is_refused(refusal: Refusal) -> None:
    refusal(archive(*(entry("h", tarfile.XHDTYPE) for _ in range(5000))))


def test_a_directory_with_content_is_refused(refusal: Refusal) -> None:
    header = entry("a", tarfile.DIRTYPE)
    header.size = 512
    blocks = header.tobuf(tarfile.PAX_FORMAT)
    assert "is a directory with content" in refusal(gzip.compress(blocks + bytes(2048)))


def test_what_is_no_gzip_is_refused(refusal: Refusal) -> None:
    refusal(b"PK\x03\x04 and so on")
    refusal(b"")


def test_what_is_no_tar_is_refused(refusal: Refusal) -> None:
    assert "damaged" in refusal(gzip.compress(b"x" * 10_240))


def test_an_archive_cut_anywhere_is_refused(tmp_path: Path) -> None:
    whole = b"".join(stream([rendered("a", os.urandom(100)), rendered("b", b"x" * 100)]))
    for end in range(len(whole)):
        with pytest.raises(ArchiveRefusedError):
            tree_hash_of_archive(io.BytesIO(whole[:end]))
    unpack(io.BytesIO(whole), tmp_path)
    assert set(found(tmp_path)) == {"a", "b"}


def test_a_tar_cut_between_two_entries_is_refused(refusal: Refusal) -> None:
    blocks = entry("a").tobuf(tarfile.PAX_FORMAT)
    assert "ends without its end mark" in refusal(gzip.compress(blocks))


def test_a_damaged_header_is_not_taken_for_the_end(refusal: Refusal) -> None:
    blocks = entry("a").tobuf(tarfile.PAX_FORMAT) + b"x" * 512
    assert "The archive is damaged" in refusal(gzip.compress(blocks + bytes(1024)))


def test_a_wrong_checksum_is_refused(refusal: Refusal) -> None:
    damaged = bytearray(archive(entry("a")))
    damaged[-8] ^= 1
    assert "CRC" in refusal(bytes(damaged))


def test_a_wrong_checksum_far_behind_the_end_mark_is_refused(refusal: Refusal) -> None:
    damaged = bytearray(gzip.compress(entry("a").tobuf(tarfile.PAX_FORMAT) + bytes(1 << 20)))
    damaged[-8] ^= 1
    assert "CRC" in refusal(bytes(damaged))


def test_zeros_far_behind_the_end_are_not_read_to_their_end(refusal: Refusal) -> None:
    zeros = gzip.compress(entry("a").tobuf(tarfile.PAX_FORMAT) + bytes((1 << 24) + (1 << 20)))
    assert "behind its end" in refusal(zeros)


def test_headers_that_were_read_are_not_kept() -> None:
    content = io.BytesIO(archive(*(entry(f"f{number}") for number in range(150))))
    before = headers_in_memory()
    most = max(headers_in_memory() for _ in entries(content))
    assert most - before < 10


def headers_in_memory() -> int:
    """How many headers of tars there are."""
    return sum(isinstance(each, tarfile.TarInfo) for each in gc.get_objects())
