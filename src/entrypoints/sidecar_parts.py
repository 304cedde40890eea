"""What a sidecar is made of."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from knative_lambda.adapters.kept_log import KeptLog
from knative_lambda.adapters.kubernetes.records import ConfigMapRecords
from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.pod.client import PodClient
from knative_lambda.adapters.pod.log_sender import LogSender
from knative_lambda.adapters.pod.own_pod import ClusterPod
from knative_lambda.application.engine import Engine
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.redaction import Redactor
from knative_lambda.entrypoints.sidecar_publisher import publisher
from knative_lambda.entrypoints.sidecar_trace import traced, tracing
from knative_lambda.sidecar.accompanying import Sidecar
from knative_lambda.sidecar.following import Following
from knative_lambda.sidecar.log_text import LogText
from knative_lambda.sidecar.reporting import Report, Voice
from knative_lambda.sidecar.settings import SidecarSettings
from knative_lambda.sidecar.watching import Watch


@asynccontextmanager
async def sidecar(
    settings: SidecarSettings, variables: Mapping[str, str], told: asyncio.Event
) -> AsyncIterator[Sidecar]:
    """One whose connections end with it; SIGTERM sets *told*."""
    async with AsyncExitStack() as stack:
        trace = tracing(settings)
        stack.push_async_callback(trace.close)
        client = PodClient.of(variables, settings.account)
        stack.push_async_callback(client.close)
        pod = ClusterPod(client, settings.namespace, settings.pod)
        log = KeptLog(settings.folder / "build.log")
        voice = Voice(trace.over("publisher", publisher(settings, stack), "publish"), settings.key)
        engine = Engine(ConfigMapRecords(client, settings.namespace), voice, MemoryMetrics())
        function = FunctionId(settings.third_party_id, settings.parser_id)
        yield Sidecar(
            Watch(pod, settings.timeout, told, time.time_ns),
            Following(pod, LogText(Redactor.of(settings.secrets)), log),
            Report(function, settings.build_id, engine.tell, time.time_ns),
            LogSender(log, settings.log_url).send,
            traced(trace, settings, time.time_ns),
            told,
        )
