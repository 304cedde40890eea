"""All that the service talks to, on the other core: a broker, an S3, a cluster."""

import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiohttp
from support.kubernetes.cluster import Cluster
from support.kubernetes_access import kubeconfig
from support.moto import moto_server
from support.tcp_proxy import free_port

_BUCKET: Final = "contexts"
_IN_MEMORY: Final = ("CONTEXT_STORE", "JOB_RUNNER", "SERVICE_DEPLOYER", "IMAGE_REGISTRY")


@asynccontextmanager
async def of_production(folder: Path, broker: str) -> AsyncIterator[Mapping[str, str]]:
    """Variables of a service in a cluster; *folder* is for a file that leads to it."""
    with moto_server() as aws:
        async with (
            Cluster.started(clock=time.time_ns) as cluster,
            aiohttp.ClientSession() as session,
            session.put(f"{aws.url}/{_BUCKET}") as made,
        ):
            made.raise_for_status()
            yield {
                **aws.environment,
                "AWS_CONFIG_FILE": os.devnull,
                "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                "KUBECONFIG": str(kubeconfig(folder, cluster.url)),
                "KLB_CONTEXT_BUCKET": _BUCKET,
                "KLB_SIDECAR_IMAGE": "registry.test/sidecar:1",
                "KLB_RABBITMQ_URL": broker,
                "KLB_HTTP_PORT": str(free_port()),
            }


def in_memory() -> Mapping[str, str]:
    """Variables of a service that has all but its broker in its own memory."""
    ports = {f"KLB_{port}": "memory" for port in (*_IN_MEMORY, "SOURCE_FETCHER")}
    return {**ports, "KLB_HTTP_PORT": str(free_port())}
