"""The hash of a build context's content, the same for a tree and for its archive."""

import hashlib
from collections.abc import Iterable
from typing import BinaryIO

from knative_lambda.adapters.packing.members import Member, ordered
from knative_lambda.adapters.packing.reader import entries


def tree_hash(members: Iterable[Member]) -> str:
    """SHA-256, in lower-case hex, over one record per file, by the UTF-8 bytes of the paths.

    A record is, in UTF-8 and with single spaces,

        <mode> <sha256> <length> <path>\\n

    with the mode as four octal digits, the content's SHA-256 as 64 lower-case hex digits, and
    the path's length in bytes as a decimal number: `0644 e3b0...b855 7 main.py\\n`. The length
    goes before the path, so no path can be taken for the start of another record. Directories
    do not count, and a tree without files hashes the empty string.
    """
    return _hash((member.path, member.mode, member.sha256) for member in ordered(members))


def tree_hash_of_archive(stream: BinaryIO) -> str:
    """`tree_hash` of what a gzip tar holds, read once from start to end, in bounded memory.

    Raises ArchiveRefusedError for an archive that `unpack` would refuse.
    """
    records: list[tuple[str, int, str]] = []
    for entry in entries(stream):
        if entry.pieces is None:
            continue
        digest = hashlib.sha256()
        for piece in entry.pieces:
            digest.update(piece)
        records.append((entry.path, entry.mode, digest.hexdigest()))
    return _hash(sorted(records, key=lambda record: record[0].encode()))


def _hash(records: Iterable[tuple[str, int, str]]) -> str:
    digest = hashlib.sha256()
    for path, mode, sha256 in records:
        name = path.encode()
        digest.update(f"{mode:04o} {sha256} {len(name)} ".encode() + name + b"\n")
    return digest.hexdigest()
