"""The images of the service and of its sidecar: how they are made, and what is said of them."""

import re
from pathlib import Path
from typing import Final

import attrs
from images import debian
from images.building import Builder

from knative_lambda.domain.runtimes import RUNTIMES

ROOT: Final = Path(__file__).parents[2]
HOME: Final = "opt/knative-lambda"
# With those that are imported late, by what each imports.
_ALL_MODULES: Final = """
import importlib, knative_lambda, pkgutil
for found in pkgutil.walk_packages(knative_lambda.__path__, "knative_lambda."):
    importlib.import_module(found.name)
"""
# What we ask, and whom the SDK asks for credentials.
_ALL_OF_AWS: Final = """
import asyncio
from aiobotocore.session import get_session
async def each():
    for name in ("s3", "ecr", "sts", "sso", "sso-oidc", "signin"):
        async with get_session().create_client(name, region_name="us-east-1"):
            pass
asyncio.run(each())
"""


@attrs.frozen
class OwnImage:
    """An image of ours.

    Attributes:
        file: Its Dockerfile, from the root of the repository.
        entrypoint: As a container starts.
        process: What is added to that to start what it is for.
        required: A setting that this needs.
        programs: Calls of what must be in it besides.
    """

    file: str
    entrypoint: tuple[str, ...]
    process: tuple[str, ...]
    required: str
    programs: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        """In the storage."""
        return f"localhost/own/{re.sub('[^a-z]+', '-', self.file.lower())}:latest"

    def build(self, builder: Builder, name: str) -> None:
        """Put it into the storage under *name*."""
        volumes = (*builder.settings.volumes, debian.sources(builder.scratch))
        builder.storage.run(
            *("build", "--pull-never", "--no-cache", "--network", "host"),
            *("--timestamp", "1700000000"),
            *("--build-arg", f"BASE={RUNTIMES['python311'].base_image}"),
            *(word for volume in volumes for word in ("--volume", volume)),
            *("--file", str(ROOT / self.file), "--tag", name, str(ROOT)),
        )


SERVICE: Final = OwnImage(
    file="Dockerfile",
    entrypoint=(f"/{HOME}/bin/knative-lambda",),
    process=("consume",),
    required="KLB_CONTEXT_BUCKET",
    programs=(
        ("git", "--version"),
        ("ssh", "-V"),
        (f"/{HOME}/bin/python", "-c", _ALL_MODULES),
        (f"/{HOME}/bin/python", "-c", _ALL_OF_AWS),
    ),
)
SIDECAR: Final = OwnImage(
    file="sidecar/Dockerfile",
    entrypoint=("python", "-m", "knative_lambda.entrypoints.sidecar"),
    process=(),
    required="BUILD_JOB_NAME",
    programs=(
        ("cat", "/dev/null"),
        ("python", "-c", "import knative_lambda.entrypoints.sidecar_process"),
        ("python", "-c", "import knative_lambda.entrypoints.sidecar_broker"),
        ("python", "-c", "import knative_lambda.adapters.http.sink"),
        ("python", "-c", "import knative_lambda.entrypoints.fetch_context"),
    ),
)
