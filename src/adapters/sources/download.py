"""Bytes on their way from the network, written to a file."""

from collections.abc import AsyncIterable
from pathlib import Path
from typing import Final

from knative_lambda.adapters.sources.refusals import too_large
from knative_lambda.adapters.threads import in_thread

PIECE: Final = 1 << 20


async def save(pieces: AsyncIterable[bytes], into: Path, most: int) -> None:
    """Write *pieces* to the new file *into*.

    Raises:
        SourceRefusedError: They are more than *most* bytes.
    """
    size = 0
    file = await in_thread(lambda: into.open("xb"))
    with file:
        async for piece in pieces:
            size += len(piece)
            check_size(size, most)
            file.write(piece)


def check_size(size: int | None, most: int) -> None:
    """Refuse a source of *size* bytes, if that is known and more than *most*.

    Raises:
        SourceRefusedError: It is.
    """
    if size is not None and size > most:
        raise too_large(f"source_url: has more than {most} bytes; leave some files out")
