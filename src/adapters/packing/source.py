"""The tenant's files as a build looks at them: which there are, and what its manifests say."""

from collections.abc import Iterable, Mapping
from typing import Final, Self

import attrs

from knative_lambda.adapters.packing import content
from knative_lambda.adapters.packing.members import Member
from knative_lambda.adapters.packing.tarred import content_of
from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.failures import Reason

FOLDER: Final = "function"
_MOST_BYTES: Final = 1 << 20  # of a manifest, which is read into memory
# Of a lock file, which is larger: some thousands of packages. What a hostile one says in as many
# bytes may take thirty times as much memory when it is read.
_MOST_LOCKED_BYTES: Final = 2 << 20


def rejected(detail: str) -> SourceRefusedError:
    """The refusal of a source for what is in it, or is not."""
    return SourceRefusedError(Reason.SOURCE_REJECTED, detail)


@attrs.frozen
class Source:
    """The tenant's files, each by its path below the source's root."""

    files: Mapping[str, Member]

    @classmethod
    def of(cls, members: Iterable[Member]) -> Self:
        """The source whose *members* stand below `FOLDER` in the context."""
        return cls({member.path.removeprefix(f"{FOLDER}/"): member for member in members})

    def __contains__(self, path: str) -> bool:
        return path in self.files

    def manifest(self, name: str) -> str | None:
        """The text of the file *name* at the root, without a byte order mark, or `None`.

        Raises:
            SourceRefusedError: It is too large for a manifest, or no UTF-8.
        """
        member = self.files.get(name)
        if member is None:
            return None
        if member.size > _MOST_BYTES:
            raise rejected(f"{name}: has {member.size} bytes; the limit is {_MOST_BYTES}")
        try:
            return _read(member).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise rejected(
                f"{name}: is not UTF-8 at byte {error.start}; save it as UTF-8"
            ) from error

    def lock(self, name: str) -> str:
        """The text of the lock file *name* at the root; `""` if it is too large, no UTF-8 or none.

        Raises:
            TreeChangedError: It is not what was scanned.
        """
        member = self.files.get(name)
        if member is None or member.size > _MOST_LOCKED_BYTES:
            return ""
        try:
            return b"".join(content_of(member)).decode("utf-8-sig")
        except UnicodeDecodeError:
            return ""


def _read(member: Member) -> bytes:
    if isinstance(member.origin, bytes):
        return member.origin
    with content.opened(member.origin) as file:
        return file.read(member.size)
