"""Layers are equal bytes for equal files, and take no memory to speak of."""

import gzip
import hashlib
import tracemalloc
from collections.abc import Iterator

import pytest

from knative_lambda.adapters.assembling.layer import Layer, room

MEGABYTE = 1 << 20


def noise(size: int) -> Iterator[bytes]:
    """*size* megabytes that cannot be made smaller."""
    for number in range(16 * size):
        yield hashlib.shake_128(bytes([number % 251, number // 251])).digest(MEGABYTE // 16)


def test_a_layer_is_called_what_it_is_before_and_after() -> None:
    content = b"".join(noise(2))
    with room() as file:
        layer = Layer.packed(noise(2), file)
        for _ in range(2):
            with layer.blob.opened() as opened:
                sent = opened.read()
            assert gzip.decompress(sent) == content
            assert layer.blob.digest == f"sha256:{hashlib.sha256(sent).hexdigest()}"
            assert layer.described.size == layer.blob.size == len(sent)
        assert layer.diff_id == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_equal_files_are_equal_layers() -> None:
    with room() as one, room() as other:
        assert Layer.packed(noise(1), one).described == Layer.packed(noise(1), other).described


def test_a_large_layer_lies_on_the_disk() -> None:
    tracemalloc.start()
    try:
        with room() as file:
            layer = Layer.packed(noise(24), file)
            _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert layer.blob.size > 23 * MEGABYTE
    assert most < 8 * MEGABYTE


def test_what_goes_wrong_with_the_files_is_told() -> None:
    def changing() -> Iterator[bytes]:
        yield b"one"
        raise RuntimeError("changed")

    with room() as file, pytest.raises(RuntimeError, match="changed"):
        Layer.packed(changing(), file)
