"""Sources in a directory keep the laws of the port."""

from pathlib import Path

import attrs
import pytest
from contracts.source_fetcher import FILES, SourceFetcherContract, request

from knative_lambda.adapters.local.source_fetcher import DirectorySourceFetcher
from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.request import BuildRequest
from knative_lambda.ports.source_fetcher import SourceFetcher


class TestDirectorySourceFetcher(SourceFetcherContract):
    @pytest.fixture
    def fetcher(self) -> SourceFetcher:
        return DirectorySourceFetcher()

    @pytest.fixture
    def origin(self, tmp_path: Path) -> Path:
        origin = tmp_path / "größer & more"
        for path, text in FILES.items():
            file = origin / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return origin

    @pytest.fixture
    def there(self, origin: Path) -> str:
        return origin.as_uri()

    @pytest.fixture
    def missing(self, tmp_path: Path) -> str:
        return (tmp_path / "missing").as_uri()


async def _refusal(asked: BuildRequest) -> SourceRefusedError:
    with pytest.raises(SourceRefusedError) as refusal:
        async with DirectorySourceFetcher().fetch(asked):
            pass
    return refusal.value


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("https://code.test/x", "must be a file:///absolute/path URL"),
        ("file://host/x", "must name no host"),
        ("file:relative", "must name an absolute path"),
        ("file:///x?y", "%3F"),
        ("file:///x#y", "%23"),
        ("file:///x%00y", "must name an absolute path"),
    ],
)
async def test_a_url_of_no_directory_is_refused_with_what_would_be_right(
    url: str, rule: str
) -> None:
    refusal = await _refusal(request(url))
    assert refusal.reason is Reason.SOURCE_REJECTED
    assert url in refusal.detail
    assert rule in refusal.detail


async def test_what_a_directory_does_not_have_is_refused(tmp_path: Path) -> None:
    plain = request(tmp_path.as_uri())
    for field, asked in (
        ("source_ref", attrs.evolve(plain, source_ref="main")),
        ("source_credentials", attrs.evolve(plain, source_credentials="main")),
    ):
        refusal = await _refusal(asked)
        assert refusal.reason is Reason.SOURCE_REJECTED
        assert refusal.detail == f"{field}: a directory has none; leave it out"


@pytest.mark.parametrize("path", ["..", "link", "/etc", "inside/../.."])
async def test_a_path_out_of_the_source_is_refused(tmp_path: Path, path: str) -> None:
    source = tmp_path / "source"
    (source / "inside").mkdir(parents=True)
    (source / "link").symlink_to(tmp_path)
    refusal = await _refusal(attrs.evolve(request(source.as_uri()), source_path=path))
    assert refusal.reason is Reason.SOURCE_REJECTED
    assert "stay inside" in refusal.detail


async def test_a_folder_that_is_not_in_the_source_is_not_found(tmp_path: Path) -> None:
    refusal = await _refusal(attrs.evolve(request(tmp_path.as_uri()), source_path="missing"))
    assert refusal.reason is Reason.SOURCE_NOT_FOUND
    assert "missing" in refusal.detail


async def test_a_file_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert (await _refusal(request((tmp_path / "file").as_uri()))).reason is Reason.SOURCE_NOT_FOUND
