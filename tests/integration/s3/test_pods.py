"""A pod gets its context from S3, and leaves its log there, by the URLs that the store signs."""

import gzip
from pathlib import Path

from support.packing_trees import scanned, sources
from support.s3_bucket import BackDoor

from knative_lambda.adapters.kept_log import KeptLog
from knative_lambda.adapters.packing.archive import stream
from knative_lambda.adapters.packing.digest import tree_hash
from knative_lambda.adapters.pod.context import ContextFetch
from knative_lambda.adapters.pod.log_sender import LogSender
from knative_lambda.adapters.s3.context_store import S3ContextStore
from knative_lambda.domain import names
from knative_lambda.domain.ids import FunctionId

HELLO = FunctionId("acme", "hello")


async def test_a_context_comes_as_it_was_put(store: S3ContextStore, tmp_path: Path) -> None:
    members = scanned(sources(tmp_path / "source", **{"index.py": "x" * 100_000}))
    key = names.context_key(HELLO, "c" * 64, "d" * 32)
    await store.put(key, stream(members))
    fetch = ContextFetch(await store.presign(key, 60), tree_hash(members), tmp_path / "context")
    assert await fetch.run() == (tmp_path / "context").stat().st_size


async def test_a_log_lies_where_its_readers_look(
    store: S3ContextStore, bucket: BackDoor, tmp_path: Path
) -> None:
    log = KeptLog(tmp_path / "log")
    log.line("built")
    key = names.log_key(HELLO, "d" * 32)
    await LogSender(log, await store.presign_put(key, 60)).send()
    assert gzip.decompress(await bucket.read(key)) == b"built\n"
