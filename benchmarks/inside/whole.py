"""All libraries of the service, imported whole, with the clients open that the service opens.

Tells when they are open, and stays.
"""

import asyncio
import os
import sys
from contextlib import AsyncExitStack

import aio_pika
import aiobotocore.session
import aiohttp
import aiohttp.web
import attrs
import cattrs
import cloudevents.core.v1.event
import dependency_injector.containers
import dependency_injector.providers
import jinja2
import kubernetes_asyncio
import opentelemetry.sdk.resources
import opentelemetry.sdk.trace.export
import prometheus_client
import shtab
import structlog
import urllib3
import watchfiles
import yaml
import zlib_ng.zlib_ng

OF_NO_CLIENT = (
    *(attrs, cattrs, cloudevents.core.v1.event, dependency_injector.containers, jinja2),
    *(dependency_injector.providers, prometheus_client, shtab, watchfiles, yaml, zlib_ng.zlib_ng),
    *(opentelemetry.sdk.resources, opentelemetry.sdk.trace.export, urllib3),
)


async def main() -> None:
    """Open them, and stay."""
    structlog.get_logger().info("opening", libraries=len(OF_NO_CLIENT))
    async with AsyncExitStack() as stack:
        runner = aiohttp.web.AppRunner(aiohttp.web.Application())
        await runner.setup()
        await aiohttp.web.TCPSite(runner, "127.0.0.1", 0).start()
        await stack.enter_async_context(aiohttp.ClientSession())
        broker = await aio_pika.connect(os.environ["KLB_RABBITMQ_URL"])
        await (await stack.enter_async_context(broker)).channel()
        session = aiobotocore.session.get_session()
        s3 = await stack.enter_async_context(session.create_client("s3"))
        await s3.list_objects_v2(Bucket=os.environ["KLB_CONTEXT_BUCKET"])
        await kubernetes_asyncio.config.load_kube_config()
        cluster = await stack.enter_async_context(kubernetes_asyncio.client.ApiClient())
        core = kubernetes_asyncio.client.CoreV1Api(cluster)
        await core.list_namespaced_config_map("knative-lambda-builds")
        sys.stdout.write("open\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
