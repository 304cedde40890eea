"""Programs that unpack archives as many do, without a second look."""

import io
import os
import re
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PureWindowsPath
from urllib.parse import unquote, unquote_to_bytes

from support.hostile import MOST_BYTES, Box

Rename = Callable[[str], str]


def names_of(archive: bytes) -> list[str]:
    """Every name that the archive holds, in order."""
    if archive.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return opened.namelist()
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened_tar:
        return opened_tar.getnames()


def members(archive: bytes) -> list[tuple[str, bytes | None]]:
    """Each file with its content, and each folder, in order."""
    if archive.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return [(entry.filename, opened.read(entry)) for entry in opened.infolist()]
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened_tar:
        files = [(header.name, opened_tar.extractfile(header)) for header in opened_tar]
        return [(name, None if file is None else file.read()) for name, file in files]


def untar(archive: bytes, box: Box) -> bool:
    """Unpack with all that the archive asks for; whether the victim is harmed."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        opened.extractall(box.tree, filter="fully_trusted")  # noqa: S202 - careless
    return box.is_harmed


def unzip(archive: bytes, box: Box) -> bool:
    """Write each file to where its name says, links too; whether the victim is harmed."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for entry in opened.infolist():
            place = Path(os.path.join(box.tree, entry.filename))  # noqa: PTH118 - careless
            place.parent.mkdir(parents=True, exist_ok=True)
            if stat.S_ISLNK(entry.external_attr >> 16):
                place.symlink_to(opened.read(entry).decode())
            else:
                place.write_bytes(opened.read(entry))
    return box.is_harmed


def renaming(rename: Rename) -> Callable[[bytes, Box], bool]:
    """A program that makes something else of names before it writes the files."""

    def run(archive: bytes, box: Box) -> bool:
        for name in names_of(archive):
            place = Path(os.path.join(box.tree, rename(name)))  # noqa: PTH118 - careless
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(b"harmed")
        return box.is_harmed

    return run


def decoded(name: str) -> str:
    """With each escape as what it stands for, until none is left."""
    while unquote(name) != name:
        name = unquote(name)
    return name


def normalized(name: str) -> str:
    return unicodedata.normalize("NFKC", name)


def normalized_and_decoded(name: str) -> str:
    return decoded(normalized(name))


def units(name: str) -> str:
    """With `%u` and four digits as what that is in UTF-16."""
    return re.sub("%u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), name)


def overlong(name: str) -> str:
    """As those read UTF-8 who do not mind bytes that need not be there."""
    found = unquote_to_bytes(name.encode("utf-8", "surrogateescape"))
    return found.replace(b"\xc0\xae", b".").replace(b"\xc0\xaf", b"/").decode()


def trimmed(name: str) -> str:
    """As Windows has it, where names do not end with spaces."""
    return "/".join(part.rstrip(" ") for part in name.split("/"))


def slashed(name: str) -> str:
    return name.replace("\\", "/")


def leaves_on_windows(archive: bytes, _box: Box) -> bool:
    """Whether a name leads out of its folder there."""
    tree = PureWindowsPath("C:/tree")
    return any(not (tree / name).is_relative_to(tree) for name in names_of(archive))


def is_device_on_windows(archive: bytes, _box: Box) -> bool:
    """Whether a name is no file's there."""
    return any(PureWindowsPath(name).is_reserved() for name in names_of(archive))


def is_ambiguous(archive: bytes, _box: Box) -> bool:
    """Whether who takes the first file of a name and who takes the last have different files."""
    found = [(name.removeprefix("./").rstrip("/"), content) for name, content in members(archive)]
    return dict(found) != dict(reversed(found))


def collides(archive: bytes, _box: Box) -> bool:
    """Whether a file is lost where case, form, invisible characters or a last dot do not count."""
    found = members(archive)
    return len({_folded(name) for name, _ in found}) < len(found)


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(mark for mark in plain if unicodedata.category(mark) != "Cf").rstrip(". ")


def forges_a_listing(archive: bytes, _box: Box) -> bool:
    """Whether a list of names, a line each, does not show what the names are."""
    names = names_of(archive)
    shown = "\n".join(names)
    return len(shown.splitlines()) != len(names) or not all(map(str.isprintable, names))


def reads_backwards(archive: bytes, _box: Box) -> bool:
    """Whether a name has characters that turn what follows around."""
    classes = {unicodedata.bidirectional(mark) for name in names_of(archive) for mark in name}
    return bool(classes & {"RLO", "LRO", "RLE", "LRE", "RLI", "LRI", "FSI"})


def fills_the_disk(archive: bytes, box: Box) -> bool:
    """Whether its files have over a hundred times its bytes, or too many; or say so."""
    (unzip if archive.startswith(b"PK") else untar)(archive, box)
    size = sum(file.stat().st_size for file in box.tree.rglob("*") if file.is_file())
    return size > min(100 * len(archive), MOST_BYTES)


def inflates_again(archive: bytes, _box: Box) -> bool:
    """Whether who inflates each file where it is said to lie gets too much."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        starts = [entry.header_offset for entry in opened.infolist()]
    size = 0
    for start in starts:
        name, extra = (
            int.from_bytes(archive[start + at : start + at + 2], "little") for at in (26, 28)
        )
        size += len(zlib.decompressobj(-15).decompress(archive[start + 30 + name + extra :]))
    return size > MOST_BYTES


def fills_the_folder(archive: bytes, box: Box) -> bool:
    """Whether it makes over two hundred entries."""
    (unzip if archive.startswith(b"PK") else untar)(archive, box)
    return sum(1 for _ in box.tree.rglob("*")) > 200


def crashes(archive: bytes, box: Box) -> bool:
    """Whether unpacking ends with an error that is no answer."""
    try:
        (unzip if archive.startswith(b"PK") else untar)(archive, box)
    except (OSError, RuntimeError, UnicodeError, ValueError):
        return True
    return False


def links_out(archive: bytes, box: Box) -> bool:
    """Whether what it unpacks leads out of its folder, or is shared with what is outside."""
    (unzip if archive.startswith(b"PK") else untar)(archive, box)
    tree = box.tree.resolve()
    places = list(box.tree.rglob("*"))
    led = any(link.is_symlink() and not link.resolve().is_relative_to(tree) for link in places)
    return led or box.victim.stat().st_nlink > 1


def makes_no_file(archive: bytes, box: Box) -> bool:
    """Whether it makes what is neither file nor folder, unless the system forbids it."""
    try:
        untar(archive, box)
    except PermissionError:
        return True
    made = [place.lstat().st_mode for place in box.tree.rglob("*")]
    return any(not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) for mode in made)


def takes_a_part(archive: bytes, _box: Box) -> bool:
    """Whether who unpacks as it comes, checking nothing, gets some of its content."""
    inflated = zlib.decompressobj(31).decompress(archive[:-8])
    return b"exports" in inflated


def sees_other_files(archive: bytes, _box: Box) -> bool:
    """Whether who reads on behind the end finds more."""
    with tarfile.open(fileobj=io.BytesIO(archive), ignore_zeros=True) as opened:
        return len(opened.getnames()) > len(names_of(archive))


def believes_local_headers(archive: bytes, _box: Box) -> bool:
    """Whether who reads from the front finds another name than who reads the list at the end."""
    length = int.from_bytes(archive[26:28], "little")
    return archive[30 : 30 + length].decode() not in names_of(archive)
