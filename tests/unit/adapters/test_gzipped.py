"""What is compressed is there again, and is the same each time."""

import gzip

from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.adapters.gzipped import gzipped


@given(st.lists(st.binary(max_size=50), max_size=5))
def test_it_comes_back(pieces: list[bytes]) -> None:
    compressed = b"".join(gzipped(pieces))
    assert gzip.decompress(compressed) == b"".join(pieces)
    assert b"".join(gzipped(pieces)) == compressed


def test_the_header_tells_neither_a_name_nor_a_time() -> None:
    header = b"".join(gzipped([b"content"]))[:8]
    assert header == bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0])
