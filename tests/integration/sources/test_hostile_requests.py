"""Each hostile request harms a careless program, and is refused by ours or stays what it is."""

import hashlib
import json
import re
from pathlib import Path

import attrs
import pytest
from contracts.source_fetcher import FILES
from support.careless_lookup import joined
from support.git_repository import GitRepository
from support.hostile import Box
from support.hostile_claims import BUCKETS, CLAIMS, CONTEXTS, OTHER, PAIRS, UPLOADS, Pair
from support.hostile_requests import SOURCE, URL, Data, Request
from support.hostile_texts import TEXTS
from support.hostile_values import VALUES
from support.network_sources import network_sources
from support.product import Product
from support.source_archives import tar_gz
from support.source_server import SourceServer

from knative_lambda.adapters.sources.buckets import AllowedBuckets
from knative_lambda.adapters.uploads.address import key_of, url_of
from knative_lambda.domain import names
from knative_lambda.domain.failures import Reason

STARTS = [*VALUES, *TEXTS, *(claim for claim in CLAIMS if claim.event == "build.start")]
TAKEN = [start for start in STARTS if start.refusal is None]
NOT_TAKEN = [request for request in [*VALUES, *CLAIMS] if request not in TAKEN]
# With something to install, so that a build has arguments.
PACKAGE = '{"dependencies": {"left": "^1"}}'
TREE = {**FILES, "package.json": PACKAGE, "nested/package.json": PACKAGE}
FOLDERS = {**TREE, **{path.replace("nested", "-delete"): text for path, text in TREE.items()}}
DESCRIBED = "runtime/function.json"


@attrs.frozen
class Bench:
    """The product, and all that it could reach.

    Attributes:
        server: The only one it is allowed to ask, which also plays S3.
    """

    server: SourceServer
    box: Box

    def product(self) -> Product:
        """A new one."""
        allowed = AllowedBuckets.of(BUCKETS, CONTEXTS)
        return Product(network_sources(self.server.certificate.public, buckets=allowed))

    def data(self, given: Data) -> Data:
        """The whole data of an event that has *given*."""
        ids = {"third_party_id": "acme", "parser_id": "hello", "source_url": SOURCE}
        text = json.dumps({**ids, **given}).replace(":PORT/", f":{self.server.port}/")
        whole: Data = json.loads(text)
        return whole

    def assert_harms_the_careless(self, hostile: Request) -> None:
        """A careless program is harmed by the value, and not by a plain one."""
        for value, is_harmful in ((hostile.place.plain, False), (hostile.value, True)):
            with self.box.fresh():
                shown = hostile.harms(value, self.box)
                assert shown is is_harmful, "it does no harm: it shows nothing"


@pytest.fixture
def bench(server: SourceServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    server.files["/source.tgz"] = tar_gz(FOLDERS)
    repository = GitRepository.make(server.root / "hello.git", TREE)
    repository.branch("v{{secret}}", repository.commit_of("main"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url("", "127.0.0.1"))
    monkeypatch.setenv("AWS_CA_BUNDLE", str(server.certificate.public))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        monkeypatch.setenv(name, "of-tests")
    return Bench(server, Box(tmp_path))


async def busy(bench: Bench) -> Product:
    """A product in which others have uploaded; of OTHER one build is deployed and one runs."""
    product = bench.product()
    for owner, archive in UPLOADS.items():
        key = key_of(owner, hashlib.sha256(archive).hexdigest())
        await product.world.contexts.put(key, [archive])
    other = attrs.asdict(OTHER)
    assert await product.take("build.start", bench.data(other), "deployed") is None
    await product.finish(product.jobs[0])
    running = bench.data({**other, "source_path": "nested"})
    assert await product.take("build.start", running, "running") is None
    bench.server.asked.clear()
    return product


def belongings(product: Product) -> object:
    """All there is that is not acme's."""
    world = product.world
    records = {
        slug: stored for slug, stored in world.records._stored.items() if "acme" not in slug.lower()
    }
    return product.jobs, dict(world.contexts._stored), dict(world.deployer.specs), records


@pytest.mark.parametrize("hostile", NOT_TAKEN, ids=str)
async def test_a_hostile_request_is_refused_and_touches_nothing(
    hostile: Request, bench: Bench
) -> None:
    bench.assert_harms_the_careless(hostile)
    product = await busy(bench)
    kept, before = belongings(product), bench.box.snapshot()
    end = await product.take(hostile.event, bench.data(hostile.data), "hostile")
    if hostile.refusal is None:
        assert end is None
    else:
        assert end is not None
        assert end.reason is hostile.refusal.reason
        assert re.search(hostile.refusal.says, end.detail)
        assert end.detail.isprintable()
        assert str(bench.box.folder) not in end.detail
    assert belongings(product) == kept
    assert bench.box.snapshot() == before
    assert bench.server.asked == []


@pytest.mark.parametrize("hostile", TAKEN, ids=str)
async def test_a_hostile_value_that_is_legal_stays_what_it_is(
    hostile: Request, bench: Bench
) -> None:
    bench.assert_harms_the_careless(hostile)
    before = bench.box.snapshot()
    product, usual = bench.product(), bench.product()
    assert await usual.take("build.start", bench.data(hostile.plain_data)) is None
    bench.server.asked.clear()
    data = bench.data(hostile.data)
    assert await product.take("build.start", data) is None
    (job,) = product.jobs
    assert_documents_have_no_more_in_them(product.context(job), usual.context(*usual.jobs), data)
    assert dict(job.build_args) == data.get("build_args", {})
    served = await product.finish(job)
    asked = data.get("function", {})
    assert dict(served.config.env) == asked.get("env", {})
    if "triggers" in asked:
        filters = [dict(attributes) for _, attributes in served.triggers]
        own = {"source": names.tenant_source("acme")}
        assert filters == [{**own, **trigger} for trigger in asked["triggers"]]
    told = {event.extensions.get("correlationid") for event in product.events}
    assert told == {data.get("correlation_id")}
    assert bench.box.snapshot() == before
    assert {asked.host for asked in bench.server.asked} == {
        f"public.sources.test:{bench.server.port}"
    }
    if hostile.place is URL:
        assert [bench.server.url(asked.path) for asked in bench.server.asked] == [
            data["source_url"]
        ]


def assert_documents_have_no_more_in_them(
    found: dict[str, bytes | None], usual: dict[str, bytes | None], data: Data
) -> None:
    """They are those of a plain request, but that a handler's name is another value."""
    described, expected = (json.loads(files.pop(DESCRIBED) or b"") for files in (found, usual))
    assert described == {**expected, "handler": data.get("handler", "index.handler")}
    assert b"\nARG VERSION\n" in (found["Dockerfile"] or b"") or "build_args" not in data
    assert found == usual


@pytest.mark.parametrize("pair", PAIRS, ids=str)
async def test_functions_with_names_alike_share_nothing(pair: Pair, bench: Bench) -> None:
    assert joined(pair.one) == joined(pair.other), "it does no harm: it shows nothing"
    product = bench.product()
    for name, function in (("one", pair.one), ("other", pair.other)):
        assert await product.take("build.start", bench.data(attrs.asdict(function)), name) is None
    assert len(await product.world.contexts.list()) == 2
    served = [await product.finish(job) for job in product.jobs]
    for name in ("name", "function", "build_id", "image"):
        assert len({getattr(one, name) for one in served}) == 2


async def test_an_object_of_ones_own_is_asked_for(bench: Bench) -> None:
    own = bench.data({"source_url": "s3://sources/t/acme/x.zip"})
    end = await bench.product().take("build.start", own)
    assert end is not None
    assert end.reason is Reason.SOURCE_NOT_FOUND
    assert [asked.path.partition("?")[0] for asked in bench.server.asked] == [
        "/sources/t/acme/x.zip"
    ]


async def test_an_upload_of_ones_own_is_taken(bench: Bench) -> None:
    product = await busy(bench)
    url = url_of(hashlib.sha256(UPLOADS[OTHER]).hexdigest())
    own = bench.data({**attrs.asdict(OTHER), "source_url": url})
    assert await product.take("build.start", own, "own") is None
