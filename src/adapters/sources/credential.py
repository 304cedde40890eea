"""Credentials for sources, each good for the hosts and the tenants that it lists."""

import base64
from typing import Final

import attrs

from knative_lambda.adapters.sources.endpoints import Endpoint, HostPattern
from knative_lambda.adapters.sources.refusals import rejected
from knative_lambda.domain.errors import SourceRefusedError

# Forges look at the token alone; the one that does not takes the name from the credential.
_ANY_USER: Final = "x-access-token"


@attrs.frozen
class Token:
    """An access token; git sends it as the password of *username*."""

    token: str = attrs.field(repr=False)
    username: str = _ANY_USER


@attrs.frozen
class Basic:
    """A user's password."""

    username: str
    password: str = attrs.field(repr=False)


@attrs.frozen
class SshKey:
    """A private key, and the keys of the hosts it may be shown to, as files of OpenSSH."""

    private_key: str = attrs.field(repr=False)
    known_hosts: str = attrs.field(repr=False)


Secret = Token | Basic | SshKey


@attrs.frozen
class Credential:
    """What a request names by *name*; *tenants* are `third_party_id`s."""

    name: str
    hosts: tuple[HostPattern, ...]
    tenants: frozenset[str]
    secret: Secret

    def serves(self, tenant: str, endpoint: Endpoint) -> bool:
        """Whether it may be used for *tenant*, and be shown to *endpoint*."""
        shown = any(pattern.matches(endpoint) for pattern in self.hosts)
        return shown and tenant in self.tenants

    def authorization(self, *, for_git: bool) -> str:
        """The header that opens an https source.

        Raises:
            SourceRefusedError: It is of a kind that does not go over https.
        """
        match self.secret:
            case Token(token, username):
                return _basic(username, token) if for_git else f"Bearer {token}"
            case Basic(username, password):
                return _basic(username, password)
            case SshKey():
                raise self._misfit("is an SSH key; use the ssh URL of the repository")

    def ssh_key(self) -> SshKey:
        """The key that opens an ssh source.

        Raises:
            SourceRefusedError: It is of a kind that does not go over ssh.
        """
        if not isinstance(self.secret, SshKey):
            raise self._misfit("is no SSH key; use the https URL of the repository")
        return self.secret

    def _misfit(self, rule: str) -> SourceRefusedError:
        return rejected(f"source_credentials: {self.name} {rule}")


def _basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
