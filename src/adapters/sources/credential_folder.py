"""Credentials as a folder of mounted Secrets, read anew each time: they are renewed in place."""

import re
from pathlib import Path
from typing import Final

import attrs

from knative_lambda.adapters.sources.credential import Basic, Credential, Secret, SshKey, Token
from knative_lambda.adapters.sources.endpoints import Endpoint, patterns
from knative_lambda.adapters.sources.refusals import unauthorized
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.errors import SetupError
from knative_lambda.domain.request import BuildRequest

_LONGEST: Final = 1 << 16
_BETWEEN: Final = re.compile(r"[\s,]+")
_UNPRINTED: Final = re.compile(r"[\x00-\x1f\x7f]")
# One for all cases: which credentials there are, and whose, is nobody else's business.
_REFUSED: Final = (
    "source_credentials: there is no credential of this name for this third_party_id and the host "
    "of source_url; ask the operator of this service"
)


@attrs.frozen
class CredentialFolder:
    """Has a folder for each credential, of its name.

    In it are the files `type` (token, basic or ssh), `hosts`, `tenants`, and what the type needs:
    `token` (and `username`, if the forge wants one), `username` and `password`, or
    `ssh-privatekey` and `known_hosts`.

    Attributes:
        folder: `None`: there are no credentials.
    """

    folder: Path | None = None

    async def named(self, request: BuildRequest, endpoint: Endpoint) -> Credential | None:
        """The credential that *request* names, for *endpoint*; `None` if it names none.

        Raises:
            SourceRefusedError: It may not be used for this.
            SetupError: Its files are not as they should be.
        """
        name = request.source_credentials
        if name is None:
            return None
        found = await in_thread(lambda: self._read(name))
        if found is None or not found.serves(request.function.third_party_id, endpoint):
            raise unauthorized(_REFUSED)
        return found

    def _read(self, name: str) -> Credential | None:
        # Looked for among those there are, so that no name can lead out of the folder.
        if self.folder is None or name.startswith("."):
            return None
        places = {place.name: place for place in self.folder.iterdir() if place.is_dir()}
        return _credential(places[name]) if name in places else None


def _credential(place: Path) -> Credential:
    try:
        hosts = patterns(_words(place, "hosts"))
    except ValueError as error:
        raise SetupError(f"{place / 'hosts'}: {error}") from error
    return Credential(place.name, hosts, frozenset(_words(place, "tenants")), _secret(place))


def _secret(place: Path) -> Secret:
    match _line(place, "type"):
        case "token":
            if (place / "username").exists():
                return Token(_line(place, "token"), _line(place, "username"))
            return Token(_line(place, "token"))
        case "basic":
            return Basic(_line(place, "username"), _line(place, "password"))
        case "ssh":
            return SshKey(_text(place, "ssh-privatekey"), _text(place, "known_hosts"))
        case _:
            raise SetupError(f"{place / 'type'}: must hold token, basic or ssh")


def _words(place: Path, name: str) -> list[str]:
    return [word for word in _BETWEEN.split(_text(place, name)) if word]


def _line(place: Path, name: str) -> str:
    line = _text(place, name).strip()
    if not line or _UNPRINTED.search(line):
        raise SetupError(f"{place / name}: must hold one line")
    return line


def _text(place: Path, name: str) -> str:
    try:
        with (place / name).open("rb") as file:
            return file.read(_LONGEST).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"{place / name}: must be a file with text") from error
