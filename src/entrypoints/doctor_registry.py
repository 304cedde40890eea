"""What `doctor` looks at of a registry."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from knative_lambda.adapters.ecr.check import EcrCheck
from knative_lambda.adapters.kubernetes.push_config import push_config
from knative_lambda.adapters.oci.check import Pusher, RegistryCheck
from knative_lambda.adapters.oci.docker_config import config_file
from knative_lambda.domain.image_name import ImageName
from knative_lambda.entrypoints.container import Container
from knative_lambda.entrypoints.registry_addresses import ecr_address, oci_address, registry_kind
from knative_lambda.ports.check import Check
from knative_lambda.settings import Settings

_NOBODYS = "knative-lambda-doctor"  # no slug of a function: those end in eight hex digits


def registry_checks(container: Container, settings: Settings) -> Iterator[Check]:
    """Those of the registry that *settings* choose, if it is one at all."""
    kind, name = registry_kind(settings), f"{settings.repository_prefix}{_NOBODYS}"
    if kind == "ecr":
        yield EcrCheck(ecr_address(settings), name, settings.repository_prefix)
    if kind == "oci":
        repository = ImageName.parse(f"{settings.registry}/{name}:none").repository
        config = config_file(os.environ)
        yield RegistryCheck(
            oci_address(settings), repository, config, lambda: _pusher(container, settings)
        )


@asynccontextmanager
async def _pusher(container: Container, settings: Settings) -> AsyncIterator[Pusher]:
    host, namespace = settings.registry.partition("/")[0], settings.build_namespace
    if settings.job_runner != "kubernetes":
        yield Pusher("who is logged in here", f"docker login {host}", config_file(os.environ))
        return
    name = settings.push_secret or "registry-push"
    login = f"kubectl create secret docker-registry {name} --namespace {namespace}"
    login += f" --docker-server={host} --docker-username=USER --docker-password=PASSWORD"
    if not settings.push_secret:
        with tempfile.TemporaryDirectory() as nothing:
            login += f"; and export KLB_PUSH_SECRET={name}"
            yield Pusher("builds without a Secret", login, Path(nothing, "config.json"))
        return
    login = f"kubectl delete secret {name} --namespace {namespace}; {login}"
    async with push_config(container.cluster(), namespace, name) as found:
        yield Pusher(f"builds with the Secret {name}", login, found.file, found.hidden)
