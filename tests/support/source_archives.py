"""Archives of sources, good and bad."""

import io
import tarfile
import zipfile
from collections.abc import Mapping


def tar_gz(files: Mapping[str, str], top: str = "") -> bytes:
    """A gzip tar of *files*, below the folder *top*."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for path, text in files.items():
            content = text.encode()
            header = tarfile.TarInfo(f"{top}{path}")
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return buffer.getvalue()


def zipped(files: Mapping[str, str], top: str = "") -> bytes:
    """A zip of *files*, below the folder *top*."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(f"{top}{path}", text)
    return buffer.getvalue()
