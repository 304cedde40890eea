"""A token server for a registry of the tests: it signs what its caller may do."""

import base64
import json
import ssl
import subprocess
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import attrs
from aiohttp import web
from support.certificates import Certificates
from support.registry import BASIC, RegistryServer

_WIDTH = 32  # bytes of each of a signature's two numbers


@attrs.define(eq=False)
class TokenServer:
    """Serves while it is entered; who has the password may do what the scope says.

    Attributes:
        lifetime: Seconds, as each token says and as its receiver is told.
        asked: The query and the `Authorization` of each request.
        strangers: Whether those without a password may read.
    """

    registry: RegistryServer
    signers: Certificates
    lifetime: int = 300
    strangers: bool = False
    asked: list[tuple[dict[str, str], str | None]] = attrs.field(factory=list)
    _runner: web.AppRunner | None = attrs.field(default=None, init=False)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/token", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        trust = None
        if self.registry.certificates is not None:
            trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            files = self.registry.certificates
            trust.load_cert_chain(files.server, files.server_key)
        site = web.TCPSite(self._runner, "127.0.0.1", self.registry.token_port, ssl_context=trust)
        await site.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def token(self, scope: str) -> str:
        """One for all that *scope* names: `type:name:actions`, with a space between several."""
        kinds = [word.split(":") for word in scope.split()]
        return self._signed(
            [{"type": kind, "name": name, "actions": what.split(",")} for kind, name, what in kinds]
        )

    async def _answer(self, request: web.Request) -> web.Response:
        shown = request.headers.get("Authorization")
        scope = " ".join(request.query.getall("scope"))
        self.asked.append(({**request.query, "scope": scope}, shown))
        known = shown == BASIC
        if not known and (shown is not None or not self.strangers):
            return web.Response(status=401)
        token = self.token(scope)
        return web.json_response({"token": token, "expires_in": self.lifetime})

    def _signed(self, access: list[dict[str, Any]]) -> str:
        chain = [_der(self.signers.server)]
        now = int(time.time())
        claims = {
            "iss": "tests",
            "aud": "registry of the tests",
            "nbf": now - 60,
            "exp": now + self.lifetime,
            "jti": uuid.uuid4().hex,
            "access": access,
        }
        header = {"typ": "JWT", "alg": "ES256", "x5c": chain}
        text = ".".join(_text(json.dumps(part).encode()) for part in (header, claims))
        return f"{text}.{_text(_signature(self.signers.server_key, text.encode()))}"


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _der(certificate: Path) -> str:
    return "".join(certificate.read_text("ascii").splitlines()[1:-1])


def _signature(key: Path, text: bytes) -> bytes:
    """Over *text*, as two numbers of one width; openssl gives them with their lengths before."""
    command = ["openssl", "dgst", "-sha256", "-sign", str(key)]
    signed = subprocess.run(command, input=text, capture_output=True, check=True).stdout
    first = signed[4 : 4 + signed[3]]
    second = signed[6 + signed[3] :]
    return b"".join(number[-_WIDTH:].rjust(_WIDTH, b"\0") for number in (first, second))
