"""The laws of `SourceFetcher`."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import attrs
import pytest
from contracts.contract import Contract

from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import BuildRequest
from knative_lambda.ports.source_fetcher import SourceFetcher

FILES: Mapping[str, str] = {
    "index.js": "exports.handler = async () => 'größer';\n",
    "lib/deep/er.js": "module.exports = 1;\n",
    "nested/index.js": "exports.handler = async () => 2;\n",
    "nested/lib/er.js": "module.exports = 2;\n",
}


class WorkFailedError(Exception):
    """What is raised while the tree is in use."""


def content(directory: Path) -> dict[str, str]:
    """The files below *directory*, by path."""
    return {
        file.relative_to(directory).as_posix(): file.read_text(encoding="utf-8")
        for file in directory.rglob("*")
        if file.is_file()
    }


def request(source_url: str) -> BuildRequest:
    """A build of the source at that URL."""
    return BuildRequest(
        function=FunctionId("acme", "hello"), runtime="nodejs22", source_url=source_url
    )


class SourceFetcherContract(Contract):
    """What everything that fetches sources must do."""

    @pytest.fixture
    def fetcher(self) -> SourceFetcher:
        """A fetcher that reaches both URLs below."""
        raise NotImplementedError

    @pytest.fixture
    def there(self) -> str:
        """The URL of a source that holds exactly `FILES`."""
        raise NotImplementedError

    @pytest.fixture
    def missing(self) -> str:
        """A URL where nothing is."""
        raise NotImplementedError

    @pytest.fixture
    def origin(self) -> Path | None:
        """Where `there` is on this disk, for a fetcher that hands it out without a copy."""
        return None

    async def test_the_tree_is_there_inside_and_no_copy_is_left_outside(
        self, fetcher: SourceFetcher, there: str, origin: Path | None
    ) -> None:
        async with fetcher.fetch(request(there)) as tree:
            assert content(tree.directory) == FILES
        assert is_left(tree.directory) == is_inside(tree.directory, origin)

    async def test_no_copy_is_left_when_its_use_fails(
        self, fetcher: SourceFetcher, there: str, origin: Path | None
    ) -> None:
        with pytest.raises(WorkFailedError):
            async with fetcher.fetch(request(there)) as tree:
                raise WorkFailedError
        assert is_left(tree.directory) == is_inside(tree.directory, origin)

    async def test_no_copy_is_left_when_its_use_is_cancelled(
        self, fetcher: SourceFetcher, there: str, origin: Path | None
    ) -> None:
        entered: asyncio.Future[Path] = asyncio.get_running_loop().create_future()

        async def use() -> None:
            async with fetcher.fetch(request(there)) as tree:
                entered.set_result(tree.directory)
                await asyncio.Event().wait()

        task = asyncio.create_task(use())
        await asyncio.wait((task, entered), return_when=asyncio.FIRST_COMPLETED)
        directory = entered.result()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert is_left(directory) == is_inside(directory, origin)

    async def test_the_folder_that_source_path_names_is_the_tree(
        self, fetcher: SourceFetcher, there: str, origin: Path | None
    ) -> None:
        named = attrs.evolve(request(there), source_path="nested")
        async with fetcher.fetch(named) as tree:
            assert content(tree.directory) == {
                path.removeprefix("nested/"): text
                for path, text in FILES.items()
                if path.startswith("nested/")
            }
        assert is_left(tree.directory) == is_inside(tree.directory, origin)

    async def test_the_same_request_gives_the_same_tree(
        self, fetcher: SourceFetcher, there: str
    ) -> None:
        async with (
            fetcher.fetch(request(there)) as first,
            fetcher.fetch(request(there)) as second,
        ):
            assert content(first.directory) == content(second.directory) == FILES
            assert first.revision == second.revision
        async with fetcher.fetch(request(there)) as third:
            assert content(third.directory) == FILES
            assert third.revision == first.revision

    async def test_a_source_that_is_not_there_is_refused_on_entering(
        self, fetcher: SourceFetcher, missing: str
    ) -> None:
        fetching = fetcher.fetch(request(missing))
        with pytest.raises(SourceRefusedError) as refusal:
            await fetching.__aenter__()
        assert refusal.value.reason is Reason.SOURCE_NOT_FOUND
        assert refusal.value.detail

    async def test_a_folder_that_is_not_in_the_source_is_refused_on_entering(
        self, fetcher: SourceFetcher, there: str
    ) -> None:
        fetching = fetcher.fetch(attrs.evolve(request(there), source_path="nest"))
        with pytest.raises(SourceRefusedError) as refusal:
            await fetching.__aenter__()
        assert refusal.value.reason is Reason.SOURCE_NOT_FOUND
        assert "nest" in refusal.value.detail


def is_left(directory: Path) -> bool:
    """Whether anything is left of *directory*."""
    return directory.exists()


def is_inside(directory: Path, origin: Path | None) -> bool:
    """Whether *directory* is the source itself, which stays."""
    return origin is not None and directory.is_relative_to(origin)
