"""Apps for the local adapters: as contexts to be built, and as images to be served."""

import itertools
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import attrs
from support import functions

from knative_lambda.adapters.local.image_store import LocalImageRegistry
from knative_lambda.adapters.packing.archive import stream
from knative_lambda.adapters.packing.digest import tree_hash
from knative_lambda.adapters.packing.tree import TreeLimits, ordered, scan
from knative_lambda.domain import names
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.keys import Key
from knative_lambda.domain.request import FunctionConfig, Trigger
from knative_lambda.ports.job_runner import JobSpec
from knative_lambda.ports.service_deployer import ServiceSpec

FUNCTION = FunctionId("acme", "hello")
SERVICE = names.service(FUNCTION)
REGISTRY = "registry.test"
ECHO = {
    "nodejs": "exports.handler = async (event) => ({ echo: event.data });\n",
    "python": 'def handler(event, context):\n    return {"echo": event.data}\n',
    "go": (
        'package function\n\nimport "context"\n\n'
        "func Handle(_ context.Context, event map[string]any) (any, error) {\n"
        '\treturn map[string]any{"echo": event["data"]}, nil\n}\n'
    ),
}
_RUNTIMES = {"nodejs": "nodejs22", "python": "python312", "go": "go127"}

_ROOMY = TreeLimits(max_files=1000, max_bytes=1 << 24)
_numbers = itertools.count(1)

Files = str | Mapping[str, str]


def job_of(folder: Path, language: str, files: Files, timeout: int = 60) -> JobSpec:
    """A Job over a new context in *folder*: that function and its wrapper."""
    build_id = f"{next(_numbers):032x}"
    app = folder / f"app-{build_id}"
    functions.lay_out(app, language, files)
    members = ordered(
        member for name in ("function", "runtime") for member in scan(app / name, name, _ROOMY)
    )
    context = folder / f"context {build_id}.tar.gz"
    context.write_bytes(b"".join(stream(members)))
    return JobSpec(
        name=f"build-acme-hello-{build_id[-8:]}",
        function=FUNCTION,
        build_id=build_id,
        runtime=_RUNTIMES[language],
        image=f"{REGISTRY}/{names.repository('lambda/', FUNCTION)}:{build_id}",
        context_url=context.as_uri(),
        tree_hash=tree_hash(members),
        log_url=context.with_suffix(".log.gz").as_uri(),
        timeout=timeout,
    )


async def image_of(registry: LocalImageRegistry, language: str, files: Files) -> str:
    """A pushed image, by digest, of that function with its wrapper."""
    number = next(_numbers)
    app = registry.state / f"app-{number}"
    functions.prepare(app, language, files)
    repository = f"{REGISTRY}/{names.repository('lambda/', FUNCTION)}"
    return f"{repository}@{await registry.push(f'{repository}:{number}', app)}"


def spec_of(
    at: int, image: str, *triggers: Trigger, env: Mapping[str, str] | None = None
) -> ServiceSpec:
    """What the *at*-th desire wants served."""
    config = FunctionConfig(env=tuple((env or {}).items()), timeout_seconds=20, triggers=triggers)
    return ServiceSpec(
        name=SERVICE,
        function=FUNCTION,
        build_id=f"{at:032x}",
        key=Key(at, "x"),
        image=image,
        config=config,
        triggers=tuple(
            (names.trigger(FUNCTION, trigger.attributes), trigger.attributes)
            for trigger in triggers
        ),
    )


@attrs.frozen
class Marked:
    """Finds the processes that carry a mark in their command line or environment."""

    mark: str

    def running(self) -> list[int]:
        """Their ids; a zombie runs no more."""
        return [pid for pid in _process_ids() if self._carries(pid)]

    def _carries(self, pid: int) -> bool:
        folder = Path("/proc", str(pid))
        try:
            said = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            return False
        return self.mark.encode() in said


def _process_ids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


CLOCK: Callable[[], int] = time.time_ns
