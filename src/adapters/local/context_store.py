"""Contexts as files below a folder."""

import asyncio
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath

import attrs

from knative_lambda.domain.errors import TransientError
from knative_lambda.ports.context_store import ContextStore, StoredContext, too_large


@attrs.frozen
class DirectoryContextStore(ContextStore):
    """A context is `{state}/contexts/{key}`; what is still being written lies in `{state}/partial`.

    Written once even by several processes: a file gets its name by a link, which never replaces.
    """

    state: Path

    async def put(self, key: str, pieces: Iterable[bytes], *, first: bool = False) -> bool:  # noqa: ARG002 - looking is cheap here
        """Write the pieces to a file of their own, and then link it."""
        return await asyncio.to_thread(self._put, self._path(key), pieces)

    def _put(self, path: Path, pieces: Iterable[bytes]) -> bool:
        if path.exists():
            return False
        partial = self.state / "partial"
        try:
            partial.mkdir(parents=True, exist_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, written = tempfile.mkstemp(dir=partial)
        except OSError as error:
            raise _unreachable(error) from error
        try:
            with os.fdopen(descriptor, "wb") as file:
                for piece in pieces:
                    _write(file.write, piece)
            return _linked(written, path)
        finally:
            Path(written).unlink()

    def _path(self, key: str) -> Path:
        if PurePosixPath(key).is_absolute() or not {"", ".", ".."}.isdisjoint(key.split("/")):
            message = f"{key!r} is no key; it must be plain names between slashes"
            raise ValueError(message)
        return self.state / "contexts" / key

    async def presign(self, key: str, expires_in: int) -> str:  # noqa: ARG002 - nothing expires here
        """A `file:` URL."""
        return self._path(key).absolute().as_uri()

    async def presign_put(self, key: str, expires_in: int) -> str:  # noqa: ARG002 - as above
        """A `file:` URL; whoever writes there makes the folder."""
        return self._path(key).absolute().as_uri()

    async def fetch(self, key: str, most: int) -> bytes | None:
        """Read the file."""
        content = await asyncio.to_thread(_read, self._path(key), most)
        if content is not None and len(content) > most:
            raise too_large(key, most)
        return content

    async def list(self) -> Sequence[StoredContext]:
        """All files; a context was stored when its last piece was written."""
        return await asyncio.to_thread(self._list)

    def _list(self) -> Sequence[StoredContext]:
        folder = self.state / "contexts"
        found = []
        for path in folder.rglob("*"):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue  # deleted meanwhile
            if path.is_file():
                key = path.relative_to(folder).as_posix()
                found.append(StoredContext(key, status.st_mtime_ns))
        return found

    async def delete(self, key: str) -> None:
        """Remove the file."""
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)


def _read(path: Path, most: int) -> bytes | None:
    """As much of it as tells whether it is more than *most* bytes."""
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise TransientError(f"the context cannot be read: {error.strerror}") from error


def _write(write: Callable[[bytes], int], piece: bytes) -> None:
    # Apart from the pieces' own errors, which are not the store's.
    try:
        write(piece)
    except OSError as error:
        raise _unreachable(error) from error


def _linked(written: str, path: Path) -> bool:
    try:
        os.link(written, path)
    except FileExistsError:
        return False
    except OSError as error:
        raise _unreachable(error) from error
    return True


def _unreachable(error: OSError) -> TransientError:
    return TransientError(f"the context cannot be written: {error.strerror}")
