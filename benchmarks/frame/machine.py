"""What the figures were taken on: a figure without its machine says nothing."""

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

_PACKAGES: Final = ("aio-pika", "aiohttp", "structlog", "opentelemetry-sdk", "prometheus-client")


def described() -> str:
    """The machine and the versions, in Markdown."""
    lines = {
        "day": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": f"{os.cpu_count()} cores of {_processor()}, {_memory()} GB",
        "system": f"Linux {platform.release()}, {platform.libc_ver()[0]} {platform.libc_ver()[1]}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "Node.js": _told("node", "--version"),
        "RabbitMQ": f"{_debian('rabbitmq-server')} on Erlang {_debian('erlang-base')}",
        "packages": ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
    }
    return "\n".join(["| | |", "| - | - |", *(f"| {k} | {v} |" for k, v in lines.items())])


def _processor() -> str:
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text("utf-8"), re.M)
    return found[1] if found else platform.machine()


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 10**9


def _debian(package: str) -> str:
    """The version of an installed *package*, where the system is Debian's kin."""
    return _told("dpkg-query", "-W", "-f", "${Version}", package)


def _told(*words: str) -> str:
    """The version that a program tells."""
    try:
        told = subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603 - words of ours
    except (OSError, subprocess.CalledProcessError):
        return "of unknown version"
    return told.stdout.strip()
