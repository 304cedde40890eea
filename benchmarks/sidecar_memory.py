"""How much memory does a sidecar take while it waits for its build?

It runs beside a build that does not end, in a cluster that is played here.
"""

import asyncio
import os
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from aiohttp import web

from benchmarks.frame import program
from benchmarks.frame.environment import environment
from benchmarks.frame.report import Budget, Report, Row

MEGABYTE = 10**6
LIMIT = 45
RUNS = {"running": {"startedAt": "2026-01-01T00:00:00Z"}}
POD = {
    "metadata": {"name": "build", "uid": "1", "resourceVersion": "1"},
    "status": {"phase": "Running", "containerStatuses": [{"name": "kaniko", "state": RUNS}]},
}


class Cluster:
    """An API whose only pod runs for ever; `watched` and `followed` say that a sidecar is there."""

    def __init__(self) -> None:
        self.watched = asyncio.Event()
        self.followed = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path.endswith("/build"):
            return web.json_response(POD)
        (self.followed if request.path.endswith("/log") else self.watched).set()
        response = web.StreamResponse()
        await response.prepare(request)
        await asyncio.Event().wait()
        return response


def variables(port: int, folder: Path) -> dict[str, str]:
    """Those of the sidecar."""
    return {
        "PATH": os.environ["PATH"],
        "TMPDIR": str(folder),
        "KUBERNETES_SERVICE_HOST": "127.0.0.1",
        "KUBERNETES_SERVICE_PORT": str(port),
        "KLB_SERVICE_ACCOUNT_DIR": str(folder),
        "BUILD_JOB_NAME": "build",
        "THIRD_PARTY_ID": "acme",
        "PARSER_ID": "hello",
        "BUILD_ID": "0" * 32,
        "IMAGE_URI": "registry.test/hello:1",
        "BUILD_TIMEOUT": "1000000000",
        "POD_NAME": "build",
        "POD_NAMESPACE": "builds",
        "KLB_RABBITMQ_URL": "amqp://sidecar:open@127.0.0.1:1/",
    }


def resident(pid: int) -> int:
    """Bytes of memory that the process has."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


def certified(folder: Path) -> ssl.SSLContext:
    """What the cluster shows, and `ca.crt`, by which the sidecar trusts it."""
    key, certificate = folder / "key", folder / "ca.crt"
    what = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2")
    who = ("-subj", "/CN=cluster", "-addext", "subjectAltName=IP:127.0.0.1")
    subprocess.run(  # noqa: S603 - nobody else has a word in it
        ["openssl", "req", "-x509", *what, *who, "-keyout", key, "-out", certificate],  # noqa: S607 - the system's
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


async def measured(python: Path, folder: Path) -> tuple[int, float]:
    """Bytes of memory, and seconds until it watched."""
    cluster = Cluster()
    app = web.Application()
    app.router.add_get("/{path:.*}", cluster.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=certified(folder)).start()
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *(str(python), "-m", "knative_lambda.entrypoints.sidecar"),
        env=variables(runner.addresses[0][1], folder),
        cwd=folder,
    )
    try:
        async with asyncio.timeout(60):
            await cluster.watched.wait()
            await cluster.followed.wait()
        seconds = time.monotonic() - began
        await asyncio.sleep(2)  # what it still does at its start is done then
        return resident(process.pid), seconds
    finally:
        process.kill()
        await process.wait()
        await runner.cleanup()


def measure(rounds: int) -> Report:
    """The memory of one, and how soon it watches."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, python = Path(scratch), environment("sidecar")
        (folder / "token").write_text("a token", "ascii")
        figures = [asyncio.run(measured(python, folder)) for _ in range(rounds)]
    memory = median(memory for memory, _ in figures) / MEGABYTE
    seconds = median(seconds for _, seconds in figures)
    row = Row("memory of a sidecar that waits", "MB", memory, LIMIT, "limit", Budget("at most", 1))
    return Report((row,), (f"It watches {seconds:.2f} s after it was started.",))


if __name__ == "__main__":
    sys.exit(program.run(__doc__, measure))
