"""The digest of an image: a hash of all files and links below a folder."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path


def digest_of(folder: Path) -> str:
    """`sha256:...` over kind, executability, content and path of each file and link.

    Unlike a context's hash it covers what an install has made: links, and names of any kind.
    """
    whole = hashlib.sha256()
    for relative, path in sorted(_files(folder)):
        kind, content = _content(path)
        whole.update(b"%s %s %d %s\n" % (kind, content, len(relative), relative))
    return f"sha256:{whole.hexdigest()}"


def _files(folder: Path) -> Iterator[tuple[bytes, Path]]:
    for parent, directories, files in os.walk(folder):
        links = [name for name in directories if (Path(parent) / name).is_symlink()]
        for name in files + links:
            path = Path(parent) / name
            yield os.fsencode(path.relative_to(folder)), path


def _content(path: Path) -> tuple[bytes, bytes]:
    if path.is_symlink():
        target = os.fsencode(path.readlink())
        return b"link", hashlib.sha256(target).hexdigest().encode()
    with path.open("rb") as file:
        kind = b"program" if os.fstat(file.fileno()).st_mode & 0o100 else b"file"
        return kind, hashlib.file_digest(file, "sha256").hexdigest().encode()
