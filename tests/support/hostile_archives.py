"""Hostile archives, a few of each class."""

import gzip
import io
import random
import struct
import tarfile
from collections.abc import Callable

from support import careless
from support.archive_entries import entry, link, tar, zipped
from support.hostile import CODE, OTHER, OUT, Archive, Box
from support.hostile_names import NAMES, TRAVERSAL, WINDOWS

from knative_lambda.domain.failures import Reason

LARGE = Reason.SOURCE_TOO_LARGE


def _always(archive: bytes) -> Callable[[Box], bytes]:
    return lambda _box: archive


LONG = "d" * 110
_RANDOM = random.Random(0)  # noqa: S311 - only so that it is no pattern

LINKS = [
    Archive(
        "to a folder",
        "write through a link",
        lambda _box: tar(link("out", "../../.."), entry("out/victim")),
        careless.untar,
    ),
    Archive(
        "to an absolute path",
        "write through a link",
        lambda box: tar(link("out", str(box.folder)), entry("out/victim")),
        careless.untar,
    ),
    Archive(
        "in a zip",
        "write through a link",
        lambda _box: zipped(("out", b"../../.."), ("out/victim", OTHER), links=["out"]),
        careless.unzip,
    ),
    Archive("relative", "link out", lambda _box: tar(link("index.js", OUT)), careless.links_out),
    Archive(
        "absolute",
        "link out",
        lambda box: tar(link("index.js", str(box.victim))),
        careless.links_out,
    ),
    Archive(
        "over another link",
        "link out",
        lambda _box: tar(
            entry("a/b/index.js"), link("a/b/up", "../.."), link("a/b/out", "up/../victim")
        ),
        careless.links_out,
    ),
    Archive(
        "in a zip",
        "link out",
        lambda _box: zipped(("x", OUT.encode()), links=["x"]),
        careless.links_out,
    ),
    Archive(
        "to a file outside",
        "hard link",
        lambda box: tar(link("index.js", str(box.victim), tarfile.LNKTYPE)),
        careless.links_out,
    ),
    Archive(
        "written through",
        "hard link",
        lambda _box: tar(link("index.js", OUT, tarfile.LNKTYPE), entry("index.js", OTHER)),
        careless.untar,
    ),
    Archive(
        "character",
        "device",
        lambda _box: tar(entry("index.js", b"", type=tarfile.CHRTYPE, devmajor=1, devminor=5)),
        careless.makes_no_file,
    ),
    Archive(
        "block",
        "device",
        lambda _box: tar(entry("index.js", b"", type=tarfile.BLKTYPE, devmajor=7, devminor=0)),
        careless.makes_no_file,
    ),
    Archive(
        "pipe",
        "device",
        lambda _box: tar(entry("index.js", b"", type=tarfile.FIFOTYPE)),
        careless.makes_no_file,
    ),
]


def _global(box: Box) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", pax_headers={"path": str(box.victim)}) as out:
        header, content = entry("index.js")
        out.addfile(header, io.BytesIO(content))
    return buffer.getvalue()


def _sparse(_box: Box) -> bytes:
    """A file of 64 MiB, of which the archive has nothing."""
    header = entry("index.js", b"", type=tarfile.GNUTYPE_SPARSE)[0]
    block = bytearray(header.tobuf(tarfile.GNU_FORMAT))
    block[386:410] = b"00000000000\x0000000000000\x00"[:24]
    block[483:495] = b"00400000000\x00"
    block[148:156] = b"        "
    block[148:156] = b"%06o\0 " % sum(block)
    return gzip.compress(bytes(block) + bytes(10240))


OVERRIDES = [
    Archive(
        "path",
        "extended header",
        lambda _box: tar(entry("index.js", pax_headers={"path": OUT})),
        careless.untar,
    ),
    Archive("path for all", "extended header", _global, careless.untar),
    Archive(
        "long name",
        "extended header",
        lambda _box: tar(entry(f"{LONG}/a.js"), entry(f"{LONG}/../{OUT}"), form=tarfile.GNU_FORMAT),
        careless.untar,
    ),
    Archive("holes", "sparse file", _sparse, careless.fills_the_disk),
]


def _listed_again(_box: Box) -> bytes:
    """A file that its list has many times."""
    content = zipped(("index.js", bytes(400_000)))
    at, end = content.index(b"PK\x01\x02"), content.index(b"PK\x05\x06")
    times = 20
    listing, tail = content[at:end] * times, bytearray(content[end:])
    tail[8:12] = struct.pack("<2H", times, times)
    tail[12:16] = struct.pack("<L", len(listing))
    return content[:at] + listing + bytes(tail)


def _little_by_little(size: int) -> bytes:
    """What packs to a fiftieth, about."""
    return b"".join(_RANDOM.randbytes(16) + bytes(984) for _ in range(size // 1000))


SIZES = [
    *(
        Archive(name, "bomb", make, careless.fills_the_disk, LARGE)
        for name, make in (
            ("one file", _always(tar(entry("a", bytes(6_000_000))))),
            ("in a zip", _always(zipped(("a", bytes(6_000_000))))),
            ("below the limit of bytes", _always(tar(entry("a", bytes(3_000_000))))),
            ("that packs less well", _always(tar(entry("a", _little_by_little(6_000_000))))),
        )
    ),
    Archive("in a zip", "one file as many", _listed_again, careless.inflates_again),
    Archive(
        "many files",
        "too many",
        _always(tar(*(entry(f"f{n}", b"") for n in range(250)))),
        careless.fills_the_folder,
        LARGE,
    ),
    Archive(
        "many folders",
        "too many",
        _always(tar(*(entry(f"d{n}", b"", type=tarfile.DIRTYPE) for n in range(250)))),
        careless.fills_the_folder,
        LARGE,
    ),
    Archive(
        "many in a zip",
        "too many",
        _always(zipped(*((f"f{n}", b"") for n in range(250)))),
        careless.fills_the_folder,
        LARGE,
    ),
]


def _encrypted(_box: Box) -> bytes:
    content = bytearray(zipped(("index.js", CODE)))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def _renamed(_box: Box) -> bytes:
    content = zipped(("index.js", CODE))
    return content.replace(b"index.js", b"other.js", 1)


def _wrong_sum(_box: Box) -> bytes:
    content = bytearray(tar(entry("index.js")))
    content[-8] ^= 0xFF
    return bytes(content)


def _two(_box: Box) -> bytes:
    one, other = (gzip.decompress(tar(entry(name))) for name in ("index.js", "other.js"))
    return gzip.compress(one + other)


DAMAGED = [
    Archive("cut", "damaged", lambda _box: tar(entry("index.js"))[:-12], careless.takes_a_part),
    Archive("wrong checksum", "damaged", _wrong_sum, careless.takes_a_part),
    Archive(
        "without its end",
        "damaged",
        lambda _box: gzip.compress(gzip.decompress(tar(entry("index.js")))[:1024]),
        careless.takes_a_part,
    ),
    Archive("another behind it", "two in one", _two, careless.sees_other_files),
    Archive("two names", "two in one", _renamed, careless.believes_local_headers),
    Archive("encrypted", "odd zip", _encrypted, careless.crashes),
]

ARCHIVES = [*TRAVERSAL, *WINDOWS, *NAMES, *LINKS, *OVERRIDES, *SIZES, *DAMAGED]
