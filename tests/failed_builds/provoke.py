"""Provokes the failures whose logs lie beside this file, and writes the logs again.

README.md says how to run it.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from failed_builds.failure import CLOSED, REFUSING, REGISTRY, WITHOUT_COMPILER, Failure
from failed_builds.go_failures import GO
from failed_builds.npm_failures import NPM
from failed_builds.pip_failures import PIP
from support.go import folder_of_go

ALL = (*NPM, *PIP, *GO)
LOGS = Path(__file__).with_name("logs")
# Whoever reads a log here must not think that it tells of a host or a folder of ours.
HIDDEN = (
    (r"[^\s'\"(]*/[Ll]ib/python3\.\d+/site-packages", "/usr/local/lib/python3/site-packages"),
    (r"\S*/bin/python3?(?:\.\d+)?(?![\w/])", "/usr/local/bin/python"),
    (rf"(?:{re.escape(sys.prefix)}|{re.escape(sys.base_prefix)})(?=/)", "/usr/local"),
    (r"\S*/_logs/\S+", "/root/.npm/_logs/debug-0.log"),
    (r"\x1b\[[0-9;]*m", ""),
)
HOST = re.compile(r"https?://(?![\w.]*example\.com|[\w.]*\.invalid)[^/\s'\"]+")


class Registry(SimpleHTTPRequestHandler):
    """Serves modules for Go, and wants to know who asks for what is private."""

    def do_GET(self) -> None:
        """Answer, or refuse."""
        if not self.path.startswith("/private/"):
            super().do_GET()
            return
        self.send_response(401)
        self.send_header("www-authenticate", 'Basic realm="packages"')
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def without_compiler(folder: Path, *more: str) -> str:
    """A PATH with no compiler, no git and no Python, unless it is among *more*."""
    folder.mkdir()
    if "python3" in more:
        (folder / "python3").symlink_to(Path(sys.executable).resolve())
    for program in (
        "node",
        "npm",
        "sh",
        "env",
        "uname",
        "ls",
        "cat",
        "rm",
        "mkdir",
    ):
        found = shutil.which(program)
        assert found is not None, program
        (folder / program).symlink_to(Path(found).resolve())
    return str(folder)


def module(proxy: Path, path: str, named: str) -> None:
    """Version 1.0.0 of a module, as a proxy serves it."""
    folder = proxy / path / "@v"
    folder.mkdir(parents=True)
    about = f"module {named}\n\ngo 1.21\n"
    (folder / "list").write_text("v1.0.0\n")
    (folder / "v1.0.0.info").write_text('{"Version": "v1.0.0"}')
    (folder / "v1.0.0.mod").write_text(about)
    with zipfile.ZipFile(folder / "v1.0.0.zip", "w") as file:
        file.writestr(f"{path}@v1.0.0/go.mod", about)
        file.writestr(f"{path}@v1.0.0/prices.go", "package prices\n")


def prepare(failure: Failure, scratch: Path, server: str) -> None:
    """Lay out the app, and the modules that it may ask for."""
    asked = subprocess.run(
        ["npm", "config", "get", "registry"], capture_output=True, text=True, check=True
    )
    for name, content in failure.files.items():
        file = scratch / "app" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        text = content.replace(REFUSING, f"{server}/private")
        file.write_text(text.replace(REGISTRY, asked.stdout.strip().rstrip("/")), "utf-8")
    module(scratch / "modules", "example.com/acme/prices", "example.com/acme/prices")
    module(scratch / "modules", "example.com/acme/renamed", "example.com/acme/prices")


def environment(failure: Failure, scratch: Path, server: str) -> dict[str, str]:
    """As in an image that is built anew: no caches, and no settings of this machine."""
    path = f"{folder_of_go()}{os.pathsep}{os.environ['PATH']}"
    if WITHOUT_COMPILER in failure.env:
        path = without_compiler(scratch / "bin", *failure.env[WITHOUT_COMPILER].split())
    return {
        **os.environ,
        "PATH": path,
        "TMPDIR": str(scratch),
        "CGO_ENABLED": "0",
        "GOFLAGS": "-modcacherw",
        "GOMODCACHE": f"{scratch}/cache",
        "GONOSUMDB": "*",
        "GOPROXY": server,
        "GOTOOLCHAIN": "local",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": "",
        "npm_config_cache": f"{scratch}/npm",
        "npm_config_fetch_retries": "0",
        **failure.env,
    }


def log_of(failure: Failure, scratch: Path, server: str) -> str:
    """What was written until a step failed, with a line before each step."""
    prepare(failure, scratch, server)
    env, text = environment(failure, scratch, server), ""
    for step in failure.steps:
        text += f"$ {' '.join(step)}\n"
        words = [sys.executable, *step[1:]] if step[0] == "python" else step
        folder = scratch / "app" if step[0] == "go" else scratch / "app/function"
        ended = subprocess.run(
            words, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", check=False,
        )  # fmt: skip
        text += ended.stdout
        if ended.returncode:
            return scrubbed(text, scratch, server)
    raise SystemExit(f"{failure.name}: did not fail:\n{text}")


def scrubbed(text: str, scratch: Path, server: str) -> str:
    """*text* as if it came from a build elsewhere."""
    text = text.replace(f"{server}/private", "https://private.example.com")
    text = text.replace(server, "https://go.example.com")
    text = text.replace(CLOSED, "https://closed.example.com")
    text = re.sub(f"(?:/private)?{re.escape(str(scratch))}/app", "/app", text)
    text = text.replace(str(scratch), "/scratch")
    text = HOST.sub("https://packages.example.com", text)
    for pattern, instead in HIDDEN:
        text = re.sub(pattern, instead, text)
    return text


def main(names: list[str]) -> None:
    """Write the logs of the failures that are named, or of all."""
    for failure in ALL:
        if names and failure.name not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            scratch = Path(folder).resolve()
            serve = partial(Registry, directory=str(scratch / "modules"))
            server = ThreadingHTTPServer(("127.0.0.1", 0), serve)
            Thread(target=server.serve_forever, daemon=True).start()
            text = log_of(failure, scratch, f"http://127.0.0.1:{server.server_port}")
            server.shutdown()
        tool, _, name = failure.name.partition("-")
        (LOGS / f"{os.environ.get('TOOL', tool)}-{name}.log").write_text(text, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
