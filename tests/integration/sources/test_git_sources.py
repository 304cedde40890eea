"""Repositories: which commit of them is taken, and what of it never is."""

import hashlib
from pathlib import Path

import attrs
import pytest
from contracts.source_fetcher import FILES, content, request
from support.git_repository import GitRepository
from support.network_sources import network_sources
from support.source_server import SourceServer

from knative_lambda.adapters.packing.tree import TreeLimits
from knative_lambda.adapters.sources.limits import FetchLimits
from knative_lambda.adapters.sources.source_fetcher import NetworkSources
from knative_lambda.domain.errors import SourceRefusedError, TransientError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.request import BuildRequest

SMALL = FetchLimits(TreeLimits(max_files=50, max_bytes=200_000))


@pytest.fixture
def repository(server: SourceServer) -> GitRepository:
    """`main` holds FILES, `feature/x` and the tag `v1` hold one file each."""
    made = GitRepository.make(server.root / "hello.git", FILES)
    made.branch("feature/x", made.commit(made.tree({"lib/x.js": "x"}), made.commit_of("main")))
    made.git("tag", "-a", "-m", "x", "v1", made.commit(made.tree({"tagged.js": "1"})))
    made.git("repack", "-adq")
    return made


@pytest.fixture
def fetcher(server: SourceServer) -> NetworkSources:
    return network_sources(server.certificate.public, limits=SMALL)


async def refused(fetcher: NetworkSources, asked: BuildRequest) -> SourceRefusedError:
    with pytest.raises(SourceRefusedError) as refusal:
        await fetcher.fetch(asked).__aenter__()
    return refusal.value


@pytest.mark.parametrize(
    ("ref", "files"),
    [
        ("main", FILES),
        ("feature/x", {"lib/x.js": "x"}),
        ("refs/heads/feature/x", {"lib/x.js": "x"}),
        ("v1", {"tagged.js": "1"}),
    ],
)
async def test_a_ref_gives_its_files_and_its_commit(
    ref: str,
    files: dict[str, str],
    repository: GitRepository,
    server: SourceServer,
    fetcher: NetworkSources,
) -> None:
    named = attrs.evolve(request(server.url("/hello.git")), source_ref=ref)
    async with fetcher.fetch(named) as tree:
        assert content(tree.directory) == files
        assert tree.revision == repository.commit_of(ref)


async def test_a_full_commit_id_is_a_ref(
    repository: GitRepository, server: SourceServer, fetcher: NetworkSources
) -> None:
    old = repository.commit_of("main")
    repository.branch("main", repository.commit(repository.tree({"new.js": "2"}), old))
    named = attrs.evolve(request(server.url("/hello.git")), source_ref=old)
    async with fetcher.fetch(named) as tree:
        assert tree.revision == old
        assert content(tree.directory) == FILES


@pytest.mark.parametrize(
    "ref", ["nowhere", "0" * 40, "main^", "--upload-pack=touch x", "$(touch x)", "main\ntouch x"]
)
@pytest.mark.usefixtures("repository")
async def test_what_is_no_ref_is_not_found(
    ref: str, server: SourceServer, fetcher: NetworkSources
) -> None:
    named = attrs.evolve(request(server.url("/hello.git")), source_ref=ref)
    refusal = await refused(fetcher, named)
    assert refusal.reason is Reason.SOURCE_NOT_FOUND


@pytest.mark.usefixtures("repository")
async def test_a_page_of_a_forge_names_ref_and_folder(
    server: SourceServer, fetcher: NetworkSources
) -> None:
    server.redirects["/acme/hello/info"] = "/hello.git/info*"
    page = request(server.url("/acme/hello/-/tree/feature/x/lib"))
    async with fetcher.fetch(page) as tree:
        assert content(tree.directory) == {"x.js": "x"}
    refusal = await refused(fetcher, attrs.evolve(page, source_ref="main"))
    assert refusal.reason is Reason.SOURCE_REJECTED


async def test_a_link_out_of_the_repository_is_refused(
    repository: GitRepository, server: SourceServer, fetcher: NetworkSources, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("secret", "utf-8")
    leads = str(tmp_path / "secret")
    repository.branch("main", repository.commit(repository.tree({"index.js": leads}, "120000")))
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", str(repository.folder), str(clone))
    assert (clone / "index.js").read_text("utf-8") == "secret", "it does no harm"
    refusal = await refused(fetcher, request(server.url("/hello.git")))
    assert refusal.reason is Reason.SOURCE_REJECTED


async def test_a_link_inside_of_the_repository_is_kept(
    repository: GitRepository, server: SourceServer, fetcher: NetworkSources
) -> None:
    link = ("120000", b"link.js", repository.blob(b"index.js"))
    tree = repository.raw_tree(("100755", b"index.js", repository.blob(b"1")), link)
    repository.branch("main", repository.commit(tree))
    async with fetcher.fetch(request(server.url("/hello.git"))) as found:
        assert (found.directory / "link.js").readlink() == Path("index.js")
        assert (found.directory / "index.js").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("name", [b"..", b".git", b"a/b", b"Index.js"])
async def test_a_name_that_leads_astray_is_refused(
    name: bytes, repository: GitRepository, server: SourceServer, fetcher: NetworkSources
) -> None:
    blob = repository.blob(b"1")
    tree = repository.raw_tree(("100644", name, blob), ("100644", b"index.js", blob))
    repository.branch("main", repository.commit(tree))
    refusal = await refused(fetcher, request(server.url("/hello.git")))
    assert refusal.reason is Reason.SOURCE_REJECTED


async def test_a_submodule_is_left_out(
    repository: GitRepository, server: SourceServer, fetcher: NetworkSources, tmp_path: Path
) -> None:
    private = GitRepository.make(tmp_path / "private.git", {"secret": "secret"})
    entry = f"160000,{private.commit_of('main')},other"
    repository.tree({".gitmodules": f'[submodule "o"]\npath=other\nurl={private.folder}\n'})
    repository.git("update-index", "--add", "--cacheinfo", entry)
    repository.branch("main", repository.commit(repository.git("write-tree")))
    clone = tmp_path / "clone"
    careless = ("-c", "protocol.file.allow=always", "clone", "--quiet", "--recurse-submodules")
    repository.git(*careless, str(repository.folder), str(clone))
    assert (clone / "other" / "secret").exists(), "it does no harm"
    async with fetcher.fetch(request(server.url("/hello.git"))) as tree:
        assert list(content(tree.directory)) == [".gitmodules"]


async def test_folders_that_multiply_are_too_many(
    repository: GitRepository, server: SourceServer, fetcher: NetworkSources
) -> None:
    tree = repository.raw_tree(("100644", b"f", repository.blob(b"x")))
    for _ in range(6):
        tree = repository.raw_tree(*(("40000", b"d%d" % n, tree) for n in range(10)))
    repository.branch("main", repository.commit(tree))
    refusal = await refused(fetcher, request(server.url("/hello.git")))
    assert refusal.reason is Reason.SOURCE_TOO_LARGE


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0" * 300_000, "bytes of content"),  # little, until it is unpacked
        ("".join(hashlib.sha256(b"%d" % n).hexdigest() for n in range(12_000)), "is too large"),
    ],
)
async def test_a_repository_over_the_limit_of_bytes_is_refused(
    text: str,
    told: str,
    repository: GitRepository,
    server: SourceServer,
    fetcher: NetworkSources,
) -> None:
    repository.branch("main", repository.commit(repository.tree({"large": text})))
    refusal = await refused(fetcher, request(server.url("/hello.git")))
    assert refusal.reason is Reason.SOURCE_TOO_LARGE
    assert told in refusal.detail


@pytest.mark.usefixtures("repository")
async def test_a_redirect_in_the_middle_of_a_fetch_is_refused(
    server: SourceServer, fetcher: NetworkSources
) -> None:
    server.redirects["/hello.git/git-upload-pack"] = "https://127.0.0.2:1/x"
    refusal = await refused(fetcher, request(server.url("/hello.git")))
    assert refusal.reason is Reason.SOURCE_REJECTED


async def test_a_web_page_is_no_repository(server: SourceServer, fetcher: NetworkSources) -> None:
    server.files["/page/info/refs"] = b"<html>"
    refusal = await refused(fetcher, request(server.url("/page")))
    assert refusal.reason is Reason.SOURCE_REJECTED


async def test_a_server_that_is_away_may_be_back(server: SourceServer) -> None:
    fetcher = network_sources(server.certificate.public)
    url = server.url("/hello.git")
    await server.__aexit__(None, None, None)
    with pytest.raises(TransientError):
        await fetcher.fetch(request(url)).__aenter__()
