"""A copy of one commit of a repository, from which nothing is ever checked out by git."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

import attrs

from knative_lambda.adapters.sources.archives.item import ItemsRefusedError, TooMuchError
from knative_lambda.adapters.sources.archives.register import Register
from knative_lambda.adapters.sources.archives.writing import write
from knative_lambda.adapters.sources.git.access import Access, configuration, environment
from knative_lambda.adapters.sources.git.failures import failure
from knative_lambda.adapters.sources.git.listing import Listed, items, read_listing
from knative_lambda.adapters.sources.git.process import Program
from knative_lambda.adapters.sources.git.refs import read_refs
from knative_lambda.adapters.sources.limits import FetchLimits
from knative_lambda.adapters.sources.refusals import not_found, rejected, too_large
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.errors import SetupError

_NOTHING: Final = Path(os.devnull)
_NO_PROGRAM: Final = 127
_LITTLE: Final = 1 << 20  # bytes
_SHA256: Final = 64
_MOST_REFS: Final = 64_000_000  # bytes
_LINE: Final = 700  # bytes that git writes of a file at most, whose path is not too long
_ROOM: Final = 1.1  # of a pack, for what is not content


@attrs.frozen
class Repository:
    """An empty repository in *work*, and the one that it fetches from."""

    work: Path
    limits: FetchLimits
    _access: Access
    _program: Program

    @classmethod
    async def prepare(cls, access: Access, work: Path, limits: FetchLimits) -> Self:
        """One that nothing was fetched to yet."""
        configured = work / "configuration"
        await in_thread(lambda: _write_privately(configured, configuration(access)))
        program = Program(work, environment(access, work, configured))
        return cls(work, limits, access, program)

    async def refs(self) -> Mapping[str, str]:
        """The object that each ref leads to there."""
        out = await self._run("ls-remote", "--quiet", "--", self._access.url, most=_MOST_REFS)
        return await in_thread(lambda: read_refs(out))

    async def fetch(self, object_id: str) -> str:
        """Fetch an object and what it needs, without history; gives the id of its commit."""
        kind = "sha256" if len(object_id) == _SHA256 else "sha1"
        await self._run("init", "--quiet", "--bare", "--template=", f"--object-format={kind}")
        await self._run(
            *("fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head"),
            *("--no-recurse-submodules", "--no-auto-maintenance"),
            *("--", self._access.url, object_id),
            most=int(self.limits.tree.max_bytes * _ROOM),
        )
        commit = f"{object_id}^{{commit}}"
        missing = "source_ref: leads to something other than a commit"
        out = await self._run("rev-parse", "--verify", "--end-of-options", commit, absent=missing)
        return await in_thread(lambda: out.read_text("ascii").strip())

    async def extract(self, commit: str, folder: str, into: Path) -> None:
        """Write the files of *folder* in *commit* below the new folder *into*."""
        listing = await self._run(
            *("ls-tree", "-r", "-z", "--long", "--full-tree", f"{commit}:{folder}"),
            most=_LINE * self.limits.tree.max_files,
            absent=f"source_path: {folder}: there is no such directory",
        )
        with _refused():
            listed = await in_thread(lambda: read_listing(listing, self.limits))
        wanted = self.work / "wanted"
        await in_thread(lambda: _write_lines(wanted, listed))
        most = self.limits.tree.max_bytes + _LINE * (len(listed) + 1)
        contents = await self._run("cat-file", "--batch", given=wanted, most=most)
        with _refused():
            await in_thread(lambda: self._write(listed, contents, into))

    def _write(self, listed: Sequence[Listed], contents: Path, into: Path) -> None:
        with contents.open("rb") as stream:
            write(items(listed, stream), into, Register(self.limits))

    async def _run(
        self,
        *words: str,
        given: Path = _NOTHING,
        most: int = _LITTLE,
        absent: str | None = None,
    ) -> Path:
        """Run git; gives the file with its output.

        Args:
            absent: What it means when git fails; `None`: what git says.
        """
        out = self.work / f"{words[0]}.out"
        ended = await self._program.run("git", *words, given=given, out=out, most=most)
        if ended.code == _NO_PROGRAM:
            raise SetupError("git is not installed where this service runs: install it")
        if ended.wrote_too_much or (ended.code and await in_thread(lambda: self._is_full(most))):
            raise too_large("source_url: the repository is too large; leave some files out")
        if ended.code == 0:
            return out
        raise failure(ended.said) if absent is None else not_found(absent)

    def _is_full(self, most: int) -> bool:
        """Whether a pack is as large as it may be: git does not tell how what it starts ends."""
        packs = (self.work / "repository" / "objects" / "pack").glob("*pack*")
        return any(pack.stat().st_size >= most for pack in packs)


def _write_privately(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(text)


def _write_lines(file: Path, listed: Sequence[Listed]) -> None:
    file.write_text("".join(f"{entry.object_id}\n" for entry in listed), "ascii")


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except ItemsRefusedError as error:
        raise rejected(f"source_url: the repository cannot be taken: {error}") from error
    except TooMuchError as error:
        detail = f"source_url: the repository has more than {error}; leave some files out"
        raise too_large(detail) from error
