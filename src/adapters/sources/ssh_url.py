"""Addresses of repositories over ssh, as URLs and as people paste them."""

import re
from typing import Final, Self

import attrs

from knative_lambda.adapters.sources.endpoints import Endpoint, port_number
from knative_lambda.adapters.sources.host_names import host_name

_PORT: Final = 22
_USER: Final = r"(?P<user>[a-z_][a-z0-9_-]*)"
_PATH: Final = r"(?P<path>[A-Za-z0-9._~+@/-]+)"
_URL: Final = re.compile(
    rf"ssh://(?:{_USER}@)?(?P<host>\[[^\]]*\]|[^:/@\[\]]+)(?::(?P<port>[^/]*))?/{_PATH}", re.ASCII
)
_PASTED: Final = re.compile(rf"{_USER}@(?P<host>[^:/@\[\]]+):{_PATH}", re.ASCII)


@attrs.frozen
class SshUrl:
    """A repository at *path*, which the server reads from the user's folder if it is relative."""

    endpoint: Endpoint
    user: str
    path: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Read `ssh://user@host/path` or `user@host:path`.

        Raises:
            ValueError: It is neither; the text is what would be right.
        """
        match = _URL.fullmatch(text) or _PASTED.fullmatch(text)
        if match is None:
            raise ValueError(
                "must be ssh://git@host/path or git@host:path, without a password, and with a "
                "path of letters, digits and ._~+@/-"
            )
        found = match.groupdict()
        port = _PORT if found.get("port") is None else port_number(found["port"])
        is_url = match.re is _URL
        path = f"/{found['path']}" if is_url else found["path"]
        # Programs at the other end could take it for an option.
        if path.startswith("-"):
            raise ValueError("must name a path that does not begin with '-'")
        return cls(Endpoint(host_name(found["host"]), port), found["user"] or "git", path)

    def __str__(self) -> str:
        """As git takes it."""
        if self.path.startswith("/"):
            port = "" if self.endpoint.port == _PORT else f":{self.endpoint.port}"
            return f"ssh://{self.user}@{self.endpoint.bracketed}{port}{self.path}"
        return f"{self.user}@{self.endpoint.host}:{self.path}"

    @property
    def known_as(self) -> str:
        """What the host is called in files of known hosts."""
        if self.endpoint.port == _PORT:
            return self.endpoint.host
        return f"[{self.endpoint.host}]:{self.endpoint.port}"
