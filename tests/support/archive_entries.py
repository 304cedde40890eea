"""Archives whose entries are exactly what a test says, whether that makes sense or not."""

import io
import stat
import tarfile
import zipfile
from collections.abc import Collection
from typing import Any

from support.hostile import CODE


def entry(name: str, content: bytes = CODE, **more: Any) -> tuple[tarfile.TarInfo, bytes]:
    """A header, with other fields as *more* says, and what follows it."""
    header = tarfile.TarInfo(name)
    header.size = len(content)
    for field, value in more.items():
        setattr(header, field, value)
    return header, content


def link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tuple[tarfile.TarInfo, bytes]:
    return entry(name, b"", type=kind, linkname=target)


def tar(*entries: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    """A gzip tar of *entries*, each as it says itself."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", format=form) as archive:
        for header, content in entries:
            archive.addfile(header, io.BytesIO(content))
    return buffer.getvalue()


def zipped(*entries: tuple[str, bytes], links: Collection[str] = ()) -> bytes:
    """A zip of *entries*; those named in *links* lead to what they hold."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            header = zipfile.ZipInfo(name)
            mode = stat.S_IFLNK | 0o777 if name in links else 0
            header.external_attr, header.create_system = mode << 16, 3
            header.compress_type = zipfile.ZIP_DEFLATED
            header.filename = name  # as it is, with NULs and all
            archive.writestr(header, content)
    return buffer.getvalue()
