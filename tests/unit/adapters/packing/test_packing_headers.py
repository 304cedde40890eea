"""Headers that are made here are, byte for byte, those of the standard library."""

import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.adapters.packing import headers

_PATHS = st.one_of(
    st.text("abcé./_- ", min_size=1, max_size=120), st.integers(98, 102).map(lambda n: "x" * n)
)


def of_the_standard_library(path: str, mode: int, size: int) -> bytes:
    entry = tarfile.TarInfo(path)
    entry.mode, entry.size, entry.mtime = mode, size, headers.MTIME
    return entry.tobuf(tarfile.PAX_FORMAT)


@given(path=_PATHS, mode=st.integers(0, 0o777), size=st.integers(0, 8**11 + 1))
def test_a_header_is_that_of_the_standard_library(path: str, mode: int, size: int) -> None:
    assert headers.file(path, mode, size) == of_the_standard_library(path, mode, size)


@pytest.mark.parametrize("size", [0, 1, 8**11 - 1, 8**11])
def test_a_size_is_held_up_to_the_last_digit(size: int) -> None:
    assert headers.file("a", 0o644, size) == of_the_standard_library("a", 0o644, size)
