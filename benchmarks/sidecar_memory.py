#!/usr/bin/env python3
"""Measures what memory a sidecar takes while it waits for its build.

Installs what the sidecar image holds into a new environment, starts the sidecar there beside a
build that does not end, in a cluster that is played here, and prints its resident memory once it
watches, and the seconds until then. Exits with 1 if that is more than 45 MB.
"""

import asyncio
import os
import ssl
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from aiohttp import web

ROOT = Path(__file__).parents[1]
MEGABYTE = 10**6
LIMIT = 45 * MEGABYTE
RUNS = {"running": {"startedAt": "2026-01-01T00:00:00Z"}}
POD = {
    "metadata": {"name": "build", "uid": "1", "resourceVersion": "1"},
    "status": {"phase": "Running", "containerStatuses": [{"name": "kaniko", "state": RUNS}]},
}


def installed(folder: Path) -> Path:
    """The Python of an environment in *folder* with what the image holds, compiled as there."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    lock = ROOT / "requirements-sidecar.lock"
    what = ("--quiet", "install", "--require-hashes", "--requirement", str(lock))
    pip = (str(python), "-m", "pip", "--disable-pip-version-check")
    subprocess.run([*pip, *what], check=True)  # noqa: S603 - a program of ours
    return python


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
        "PYTHONPATH": str(ROOT),
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


def main() -> int:
    """Measure, and say."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        python = installed(folder / "environment")
        (folder / "token").write_text("a token", "ascii")
        asyncio.run(measured(python, folder))  # which leaves bytecode, as the image has it
        memory, seconds = asyncio.run(measured(python, folder))
    sys.stdout.write(
        f"a sidecar that waits has {memory / MEGABYTE:.1f} MB in memory, "
        f"and watches after {seconds:.2f} s\n"
    )
    return int(memory > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
