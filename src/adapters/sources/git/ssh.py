"""Repositories over ssh: with the key of a credential, to hosts whose keys came along with it."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import attrs

from knative_lambda.adapters.sources.addresses import Address
from knative_lambda.adapters.sources.credential import SshKey
from knative_lambda.adapters.sources.credential_folder import CredentialFolder
from knative_lambda.adapters.sources.git.access import Access
from knative_lambda.adapters.sources.git.source import Transport
from knative_lambda.adapters.sources.guard import Guard
from knative_lambda.adapters.sources.limits import FetchLimits
from knative_lambda.adapters.sources.refusals import unauthorized
from knative_lambda.adapters.sources.ssh_url import SshUrl
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.request import BuildRequest

_OPTIONS: Final = (
    "BatchMode=yes",
    "CanonicalizeHostname=no",
    "CheckHostIP=no",
    "ClearAllForwardings=yes",
    "ControlMaster=no",
    "ControlPath=none",
    "EscapeChar=none",
    "ForwardAgent=no",
    "GlobalKnownHostsFile=/dev/null",
    "IdentitiesOnly=yes",
    "IdentityAgent=none",
    "PermitLocalCommand=no",
    "PreferredAuthentications=publickey",
    "ProxyCommand=none",
    "ProxyJump=none",
    "ServerAliveCountMax=2",
    "StrictHostKeyChecking=yes",
    "UpdateHostKeys=no",
    "VerifyHostKeyDNS=no",
)


@attrs.frozen
class GitOverSsh(Transport):
    """The repository at *url*."""

    url: SshUrl
    guard: Guard
    credentials: CredentialFolder
    limits: FetchLimits

    async def access(self, request: BuildRequest, work: Path) -> Access:
        """A command for this host alone, and a copy of the key that only this process can read."""
        credential = await self.credentials.named(request, self.url.endpoint)
        if credential is None:
            raise unauthorized(
                "source_credentials: missing; a source over ssh needs a credential with an SSH key"
            )
        key = credential.ssh_key()
        addresses = await self.guard.addresses(self.url.endpoint)
        private, known = work / "key", work / "known_hosts"
        await in_thread(lambda: _write(key, private, known))
        command = self._command(addresses, private, known)
        return Access(str(self.url), "ssh", ssh_command=command)

    def _command(self, addresses: Sequence[Address], private: Path, known: Path) -> str:
        seconds = max(1, round(self.limits.silence))
        options = (
            *_OPTIONS,
            f"ConnectTimeout={seconds}",
            f"ServerAliveInterval={seconds}",
            f"HostName={addresses[0]}",  # it asks nobody for the name again
            f"HostKeyAlias={self.url.known_as}",
            f"IdentityFile={private}",
            f"UserKnownHostsFile={known}",
        )
        words = [word for option in options for word in ("-o", option)]
        return shlex.join(["ssh", "-F", os.devnull, *words])


def _write(key: SshKey, private: Path, known: Path) -> None:
    # ssh wants a line to end, and nobody else to be able to read it: a mounted Secret does neither.
    for file, text in ((private, key.private_key), (known, key.known_hosts)):
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(made, "w", encoding="utf-8") as opened:
            opened.write(f"{text.rstrip()}\n")
