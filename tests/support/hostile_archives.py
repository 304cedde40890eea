"""Hostile archives, a few of each class."""

import gzip
import io
import stat
import tarfile
from collections.abc import Callable

from support import careless
from support.archive_entries import entry, link, tar, zipped
from support.hostile import CODE, Archive, Box

from knative_lambda.domain.failures import Reason

LARGE = Reason.SOURCE_TOO_LARGE


def _named(*names: str) -> Callable[[Box], bytes]:
    return lambda _box: tar(*(entry(name) for name in names))


def _zip_named(*names: str) -> Callable[[Box], bytes]:
    return lambda _box: zipped(*((name, CODE) for name in names))


def _always(archive: bytes) -> Callable[[Box], bytes]:
    return lambda _box: archive


LONG = "d" * 110
OUT = "../../../victim"
_LINK = stat.S_IFLNK | 0o777

TRAVERSAL = [
    Archive("plain", "traversal", _named(OUT), careless.untar),
    Archive("behind a folder", "traversal", _named("lib/a.js", "lib/../" + OUT), careless.untar),
    Archive("behind a dot", "traversal", _named("./" + OUT), careless.untar),
    Archive("in a zip", "traversal", _zip_named(OUT), careless.unzip),
    *(
        Archive(name, "encoded traversal", _named(text), careless.renaming(careless.decoded))
        for name, text in (
            ("percent", "%2e%2e/%2e%2e/%2e%2e/victim"),
            ("slashes too", "..%2f..%2f..%2fvictim"),
            ("twice", "%252e%252e%252f%252e%252e%252f%252e%252e%252fvictim"),
        )
    ),
    *(
        Archive(name, "look-alike traversal", _named(text), careless.renaming(careless.normalized))
        for name, text in (
            ("wide dots", "．．/．．/．．/victim"),  # noqa: RUF001 - that is the point
            ("two dots in one", "‥/‥/‥/victim"),
        )
    ),
    *(
        Archive(name, "backslashes", make(text), careless.renaming(careless.slashed))
        for name, text, make in (
            ("all", "..\\..\\..\\victim", _named),
            ("mixed", "a/..\\..\\../../victim", _named),
            ("in a zip", "..\\..\\..\\victim", _zip_named),
        )
    ),
    Archive("in a tar", "absolute path", lambda box: tar(entry(str(box.victim))), careless.untar),
    Archive(
        "in a zip", "absolute path", lambda box: zipped((str(box.victim), CODE)), careless.unzip
    ),
]

WINDOWS = [
    *(
        Archive(name, "Windows drive", make(name), careless.leaves_on_windows)
        for name, make in (("D:victim", _named), ("C:/victim", _named), ("D:/victim", _zip_named))
    ),
    *(
        Archive(name, "Windows device", _named(name), careless.is_device_on_windows)
        for name in ("con", "lib/aux.js", "NUL.txt", "COM1")
    ),
]

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
        "to a file of the same name",
        "write through a link",
        lambda box: zipped(("index.js", str(box.victim).encode()), mode=_LINK),
        careless.links_out,
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
        lambda _box: zipped(("x", OUT.encode()), mode=_LINK),
        careless.links_out,
    ),
    Archive(
        "to a file outside",
        "hard link",
        lambda box: tar(link("index.js", str(box.victim), tarfile.LNKTYPE)),
        careless.links_out,
    ),
    Archive(
        "over a symbolic one",
        "hard link",
        lambda box: tar(
            link("a", str(box.victim)), link("b", "a", tarfile.LNKTYPE), entry("b", b"harmed")
        ),
        careless.links_out,
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

NAMES = [
    Archive("file", "twice", _named("index.js", "index.js"), careless.is_ambiguous),
    Archive("written otherwise", "twice", _named("index.js", "./index.js"), careless.is_ambiguous),
    Archive(
        "file and folder",
        "twice",
        lambda _box: tar(entry("index.js"), entry("index.js", b"", type=tarfile.DIRTYPE)),
        careless.is_ambiguous,
    ),
    *(
        Archive(name, "alike", _named("lib/" + one, "lib/" + other), careless.collides)
        for name, one, other in (
            ("case", "Index.js", "index.js"),
            ("accents", "caf\u00e9.js", "cafe\u0301.js"),
            ("ligature", "\ufb01le.js", "file.js"),
            ("invisible", "in\u200bdex.js", "index.js"),
        )
    ),
    Archive("newline", "control character", _named("a\nb.js"), careless.forges_a_listing),
    Archive("escape", "control character", _named("\x1b[2Ka.js"), careless.forges_a_listing),
    Archive("in a zip", "control character", _zip_named("a\rb.js"), careless.forges_a_listing),
    Archive("override", "turned text", _named("a\u202esj.exe"), careless.reads_backwards),
    Archive("isolate", "turned text", _named("a\u2067b.js"), careless.reads_backwards),
    Archive("a name", "too long", _zip_named("a" * 300), careless.crashes),
    Archive("a path", "too long", _zip_named("/".join(["a" * 100] * 50)), careless.crashes),
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

SIZES = [
    Archive(
        "one file",
        "bomb",
        _always(tar(entry("a", bytes(6_000_000)))),
        careless.fills_the_disk,
        LARGE,
    ),
    Archive(
        "in a zip", "bomb", _always(zipped(("a", bytes(6_000_000)))), careless.fills_the_disk, LARGE
    ),
    Archive(
        "below the limit of bytes",
        "bomb",
        _always(tar(entry("a", bytes(3_000_000)))),
        careless.fills_the_disk,
        LARGE,
    ),
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

ARCHIVES = [*TRAVERSAL, *WINDOWS, *LINKS, *NAMES, *OVERRIDES, *SIZES, *DAMAGED]
