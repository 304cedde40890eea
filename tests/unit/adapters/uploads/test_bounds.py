"""What an archive would unpack to is known before it does."""

import io

import pytest

from knative_lambda.adapters.packing.archive import stream
from knative_lambda.adapters.packing.tree import TreeLimits, rendered
from knative_lambda.adapters.uploads.bounds import check_bounds
from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.failures import Reason


def archive(**files: int) -> io.BytesIO:
    """An archive of files with these sizes; `__` in a name stands for a slash."""
    members = [rendered(name.replace("__", "/"), bytes(size)) for name, size in files.items()]
    return io.BytesIO(b"".join(stream(members)))


def test_what_is_just_within_bounds_is_let_through() -> None:
    check_bounds(archive(a=400, b=600), TreeLimits(max_files=2, max_bytes=1000))
    check_bounds(archive(), TreeLimits(max_files=0, max_bytes=0))


def test_a_byte_too_many_is_refused() -> None:
    with pytest.raises(SourceRefusedError, match="more than 999 bytes of content") as caught:
        check_bounds(archive(a=400, b=600), TreeLimits(max_files=2, max_bytes=999))
    assert caught.value.reason is Reason.SOURCE_TOO_LARGE


def test_far_more_files_than_a_build_takes_are_refused() -> None:
    files = {f"file{number}": 0 for number in range(6)}
    check_bounds(archive(**files), TreeLimits(max_files=2, max_bytes=0))
    with pytest.raises(SourceRefusedError, match="more than 5 files and directories") as caught:
        check_bounds(archive(**files), TreeLimits(max_files=1, max_bytes=0))
    assert caught.value.reason is Reason.SOURCE_TOO_LARGE


def test_directories_count_that_are_only_part_of_a_path() -> None:
    check_bounds(archive(a__b__c__d__e=0), TreeLimits(max_files=1, max_bytes=0))
    with pytest.raises(SourceRefusedError, match="more than 5 files and directories"):
        check_bounds(archive(a__b__c__d__e__f=0), TreeLimits(max_files=1, max_bytes=0))
