"""How git is made to reach one repository, and nothing else."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import attrs

_CONFIGURATION: Final = {
    "core.askPass": "",
    "core.attributesFile": os.devnull,
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "credential.helper": "",
    "credential.interactive": "false",
    "fetch.fsckObjects": "true",
    "fetch.recurseSubmodules": "false",
    "fetch.unpackLimit": "1",  # so that all that is fetched is one file, whose size has a limit
    "gc.auto": "0",
    "http.followRedirects": "false",  # redirects were followed before, and looked at
    "http.proxy": "",
    "http.sslVerify": "true",
    "maintenance.auto": "false",
    "pack.threads": "1",
    "protocol.allow": "never",
    "submodule.recurse": "false",
    "transfer.bundleURI": "false",
    "transfer.fsckObjects": "true",
}


@attrs.frozen
class Access:
    """What a transport adds.

    Attributes:
        url: The repository, as git takes it.
        scheme: The only one that git may speak.
        settings: Of git, by `section.key` or `section.subsection.key`; may hold a credential.
        ssh_command: For a repository over ssh; a shell reads it.
    """

    url: str
    scheme: str
    settings: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    ssh_command: str = ""


def configuration(access: Access) -> str:
    """The file that git reads its settings from, and no other."""
    settings = {**_CONFIGURATION, f"protocol.{access.scheme}.allow": "always", **access.settings}
    return "".join(_lines(settings))


def environment(access: Access, work: Path, configured: Path) -> Mapping[str, str]:
    """All variables that git gets; *configured* is the file with its settings."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(work),
        "LC_ALL": "C",
        "GIT_DIR": str(work / "repository"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(configured),
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_ALLOW_PROTOCOL": access.scheme,
        "GIT_PROTOCOL_FROM_USER": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_SSH_COMMAND": access.ssh_command or "false",
        "GIT_SSH_VARIANT": "ssh",
        "SSH_ASKPASS_REQUIRE": "never",
    }


def _lines(settings: Mapping[str, str]) -> Iterator[str]:
    for name, value in settings.items():
        section, _, rest = name.partition(".")
        subsection, _, key = rest.rpartition(".")
        head = f"{section} {_quoted(subsection)}" if subsection else section
        yield f"[{head}]\n\t{key} = {_quoted(value)}\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
