"""Pieces become parts of equal size, read no further than needed."""

import base64
import hashlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.adapters.s3 import parts
from knative_lambda.adapters.s3.parts import Part, PartReader

SIZE = 10


@pytest.fixture(autouse=True, scope="module")
def _small_parts() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "PART", SIZE)
        yield


def read_all(pieces: list[bytes]) -> list[Part]:
    reader = PartReader(iter(pieces))
    found = [reader.read()]
    while not found[-1].last:
        found.append(reader.read())
    return found


@given(st.lists(st.binary(max_size=3 * SIZE), max_size=8))
def test_the_parts_are_the_pieces_whatever_their_sizes(pieces: list[bytes]) -> None:
    contents = [part.from_the_start().read() for part in read_all(pieces)]
    assert b"".join(contents) == b"".join(pieces)
    assert [len(content) for content in contents[:-1]] == [SIZE] * (len(contents) - 1)
    assert len(contents[-1]) <= SIZE


@given(st.lists(st.binary(max_size=3 * SIZE), max_size=8))
def test_no_part_is_empty_but_that_of_nothing(pieces: list[bytes]) -> None:
    contents = [part.from_the_start().read() for part in read_all(pieces)]
    assert all(contents) or contents == [b""]


def test_parts_are_numbered_from_one() -> None:
    assert [part.number for part in read_all([b"x" * 25])] == [1, 2, 3]


def test_content_that_fills_a_part_is_one_part() -> None:
    (part,) = read_all([b"x" * SIZE, b"", b""])
    assert part.last


def test_a_part_can_be_sent_again() -> None:
    (part,) = read_all([b"abc"])
    assert part.from_the_start().read() == part.from_the_start().read() == b"abc"


def test_a_part_tells_its_digest_as_content_md5_does() -> None:
    first, second = read_all([b"0123456", b"789abc"])
    for part, content in ((first, b"0123456789"), (second, b"abc")):
        expected = hashlib.md5(content, usedforsecurity=False).digest()
        assert base64.b64decode(part.md5) == expected


def test_no_piece_is_read_before_it_is_needed() -> None:
    taken = []

    def pieces() -> Iterator[bytes]:
        for number in range(9):
            taken.append(number)
            yield b"1234"

    reader = PartReader(pieces())
    assert taken == []
    reader.read()
    assert taken == [0, 1, 2]  # the third goes beyond the part, so there is more to come


def test_what_reading_raises_is_raised() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"x" * 15
        raise PermissionError

    reader = PartReader(pieces())
    reader.read()
    with pytest.raises(PermissionError):
        reader.read()
