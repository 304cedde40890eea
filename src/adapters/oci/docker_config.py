"""The credential for a registry, as `docker login` leaves it in a `config.json`."""

import asyncio
import base64
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from knative_lambda.adapters.oci.credentials import Credential, CredentialSource
from knative_lambda.domain.errors import SetupError

_VERSION: Final = re.compile(r"/v[12]/?\Z")
# `docker login` without a name writes the second, whichever of the two images name.
_DOCKER_HUB: Final = ("docker.io", "index.docker.io")


@attrs.frozen
class DockerConfig(CredentialSource):
    """That file, for one registry; read each time, so that a new password needs no restart.

    Attributes:
        file: It need not be there.
        registry: A host, and perhaps a path.
    """

    file: Path
    registry: str

    async def find(self) -> Credential | None:
        """What the file has.

        Raises:
            SetupError: It cannot be read, or keeps the credential in a way we do not support.
        """
        return await asyncio.to_thread(credential, self.file, self.registry)

    def advice(self, user: str | None, *, writing: bool) -> str:
        """Where the credential belongs, and what its owner must be allowed to do."""
        deed = "push to" if writing else "read"
        if user is None:
            return (
                f"put those of a user who may {'push' if writing else 'read'} there into auths of "
                "the Docker configuration (DOCKER_CONFIG)"
            )
        return (
            "see to the password in the Docker configuration (DOCKER_CONFIG), and let this user "
            f"{deed} the repository; if a repository that is missing is refused too, make it"
        )


def config_file(variables: Mapping[str, str]) -> Path:
    """Where Docker looks: in the folder `DOCKER_CONFIG`, or else in `~/.docker`."""
    return Path(variables.get("DOCKER_CONFIG") or "~/.docker").expanduser() / "config.json"


def credential(file: Path, registry: str) -> Credential | None:
    """That of *registry*, a host and perhaps a path, or of the nearest above it.

    Raises:
        SetupError: *file* cannot be read, or keeps the credential in a way we do not support.
    """
    config = _config(file)
    helped = _objects(config, "credHelpers")
    entries = _objects(config, "auths")
    for name in _upwards(registry):
        if name in helped:
            raise _wrong(file, f"a credential helper keeps that of {name}; write it into auths")
        entry = entries.get(name)
        if entry is not None:
            if not entry and "credsStore" in config:
                raise _wrong(file, f"credsStore keeps that of {name}; write it into auths")
            return _credential(file, name, entry)
    return None


def _config(file: Path) -> Mapping[str, Any]:
    try:
        config = json.loads(file.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise _wrong(file, f"it cannot be read: {error.strerror}") from error
    except ValueError:
        config = None  # not raised from: that error holds the text, and so the credentials
    if not isinstance(config, dict):
        raise _wrong(file, "it must be a JSON object")
    return config


def _objects(config: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    found = config.get(field)
    named = found.items() if isinstance(found, dict) else ()
    return {_registry(name): entry for name, entry in named}


def _registry(name: str) -> str:
    """The registry that *name* means: older files call it by a URL."""
    return _VERSION.sub("", name.partition("://")[2] or name).rstrip("/")


def _upwards(registry: str) -> Iterator[str]:
    host = registry.partition("/")[0]
    while registry:
        yield registry
        registry = registry.rpartition("/")[0]
    if host in _DOCKER_HUB:
        yield from _DOCKER_HUB


def _credential(file: Path, name: str, entry: Any) -> Credential | None:
    if not isinstance(entry, dict):
        raise _wrong(file, f"auths: {name}: must be an object")
    if entry.get("identitytoken") or entry.get("registrytoken"):
        raise _wrong(file, f"auths: {name}: has a token; log in with a user and a password")
    if "auth" not in entry:
        user, password = entry.get("username"), entry.get("password")
    else:
        user, password = _decoded(entry["auth"])
    if user is None and password is None:
        return None
    if not isinstance(user, str) or not isinstance(password, str) or not user:
        raise _wrong(file, f"auths: {name}: auth must be user:password in base64")
    return Credential(user, password)


def _decoded(auth: Any) -> tuple[str | None, str | None]:
    try:
        user, colon, password = base64.b64decode(str(auth), validate=True).decode().partition(":")
    except ValueError:  # neither Base64, nor text in it
        return "", ""
    return (user, password) if colon else ("", "")


def _wrong(file: Path, what: str) -> SetupError:
    return SetupError(f"{file}: {what}")
