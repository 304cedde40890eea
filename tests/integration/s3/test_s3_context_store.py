"""Contexts in S3 keep the laws of the port."""

import aiohttp
import pytest
from contracts.context_store import ContextStoreContract
from support.s3_bucket import BackDoor
from yarl import URL

from knative_lambda.adapters.s3.context_store import S3ContextStore


class TestS3ContextStore(ContextStoreContract):
    @pytest.fixture
    def store(self, store: S3ContextStore, bucket: BackDoor) -> S3ContextStore:
        self.bucket = bucket
        return store

    async def download(self, url: str) -> bytes:
        async with (
            aiohttp.ClientSession(auto_decompress=False, raise_for_status=True) as client,
            client.get(URL(url, encoded=True)) as response,
        ):
            return await response.read()

    async def send(self, url: str, content: bytes) -> None:
        async with (
            aiohttp.ClientSession(raise_for_status=True) as client,
            client.put(URL(url, encoded=True), data=content) as response,
        ):
            assert response.status == 200

    async def stored(self) -> dict[str, bytes]:
        return await self.bucket.stored()

    async def plant(self, key: str, content: bytes) -> None:
        await self.bucket.plant(key, content)
