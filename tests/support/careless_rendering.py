"""Programs that put a value into a text as many do: as it is."""

import http.client
import io
import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from string import Template
from typing import Any

import jinja2
import yaml
from support.hostile import Box

Harm = Callable[[str, Box], bool]

SECRET = "what-the-platform-keeps-to-itself"  # noqa: S105 - it opens nothing
_PLAIN = "x"
_SECONDS = 20


def _differs(line: str, structure: Callable[[str], object]) -> Harm:
    """Whether *line* has another structure with the value than with a plain one."""

    def run(value: str, _box: Box) -> bool:
        try:
            return structure(line % value) != structure(line % _PLAIN)
        except (json.JSONDecodeError, yaml.YAMLError):
            return True

    return run


def dockerfile(line: str) -> Harm:
    """Whether a Dockerfile that has *line* and another one gets other instructions."""
    return _differs(f"{line}\nUSER 65532\n", _instructions)


def exec_form(words: str) -> Harm:
    """Whether a command that is written as JSON gets other words, but for the value itself."""
    return _differs(words, lambda text: len(json.loads(text)))


def json_document(text: str) -> Harm:
    return _differs(text, lambda text: _shape(json.loads(text)))


def yaml_document(text: str) -> Harm:
    return _differs(text, lambda text: _shape(yaml.safe_load(text)))


def header(line: str) -> Harm:
    """Whether a message gets other headers."""
    return _differs(f"{line}\r\n\r\n", _header_names)


def variables(line: str) -> Harm:
    """Whether a file of variables, one a line, sets others."""
    return _differs(line, lambda text: [line.partition("=")[0] for line in text.splitlines()])


def _instructions(text: str) -> list[str]:
    return [line.split(" ")[0] for line in text.replace("\\\n", " ").splitlines() if line]


def _header_names(text: str) -> list[str]:
    return http.client.parse_headers(io.BytesIO(text.encode())).keys()


def _shape(value: Any) -> object:
    if isinstance(value, Mapping):
        return {name: _shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner) for inner in value]
    return type(value)


def template(value: str, _box: Box) -> bool:
    """Whether a template with the value in it tells what it should not."""
    text = f"Building {value}"
    rendered = jinja2.Template(text).render(secret=SECRET)
    return SECRET in rendered


def expands(value: str, _box: Box) -> bool:
    """Whether what expands variables, as shells and Dockerfiles do, tells one it should not."""
    return SECRET in Template(f"VALUE={value}").safe_substitute(SECRET=SECRET)


def expands_as_clusters_do(value: str, _box: Box) -> bool:
    """Whether `$(NAME)`, as it stands in a container's variables and words, becomes a secret."""
    return SECRET in re.sub(r"\$\((\w+)\)", lambda found: {"SECRET": SECRET}[found[1]], value)


def shell(command: str) -> Harm:
    """Whether a shell that is given *command* does what it should not."""

    def run(value: str, box: Box) -> bool:
        _run(["sh", "-c", command % value], box)
        return box.is_harmed

    return run


def path(value: str, box: Box) -> bool:
    """Whether who joins the value to a folder writes outside of it."""
    place = Path(os.path.join(box.tree, value))  # noqa: PTH118 - careless
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("harmed", "utf-8")
    return box.is_harmed


def module(value: str, box: Box) -> bool:
    """The same, of a handler's file."""
    return path(value.rpartition(".")[0], box)


def inside(value: str, box: Box) -> bool:
    """The same, of a folder that gets a file."""
    return path(f"{value}/victim", box)


def git_ref(value: str, box: Box) -> bool:
    """Whether git, told to fetch it, does more."""
    _run(["git", "init", "--quiet"], box)
    _run(["git", "fetch", "--quiet", ".", value], box)
    return box.is_harmed


def ssh_host(value: str, box: Box) -> bool:
    """Whether ssh, told to connect to the host of a URL, does more."""
    end = "/" if value.startswith("ssh://") else ":"
    host = value.removeprefix("ssh://").partition(end)[0]
    _run(["ssh", "-o", "BatchMode=yes", "-p", "1", host, "git-upload-pack"], box)
    return box.is_harmed


def found_folder(value: str, box: Box) -> bool:
    """Whether find, told to list a folder, does more."""
    (box.tree / "index.js").touch()
    _run(["find", value], box)
    return not (box.tree / "index.js").exists()


def environment(value: str, _box: Box) -> bool:
    """Whether no program can be started with it in a variable."""
    return _cannot_start({"GREETING": value})


def variable_name(value: str, _box: Box) -> bool:
    """Whether no program can be started with a variable of that name."""
    return _cannot_start({value: "x"})


def overrides(value: str, _box: Box) -> bool:
    """Whether a variable of that name takes the place of one that the platform sets."""
    platform = {"PORT": "8080", "HOST": "0.0.0.0", "K_SERVICE": "s", "K_REVISION": "r"}  # noqa: S104 - not bound
    return {**platform, value: "x"}.keys() == platform.keys()


def _cannot_start(env: Mapping[str, str]) -> bool:
    try:
        subprocess.run(["true"], env=env, check=True)
    except (ValueError, OSError):
        return True
    return False


def _run(words: list[str], box: Box) -> None:
    subprocess.run(
        words,
        cwd=box.tree,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
