"""Who may read the console: the browser of somebody on this machine, and no page of another."""

import re
from collections.abc import Mapping
from typing import Final

from aiohttp import web

# A name that others own may lead here, and its pages would read ours (DNS rebinding).
_HERE: Final = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?", re.IGNORECASE)
_OWN: Final = frozenset({"same-origin", "none"})

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def refusal(request: web.Request) -> str | None:
    """Why *request* gets nothing to read; `None` if it does."""
    if _HERE.fullmatch(request.headers.get("Host", "")) is None:
        return "The console answers to localhost only: reach it by kubectl port-forward."
    return None


def is_of_another_site(request: web.Request) -> bool:
    """Whether a page of somebody else asks, in the browser of one who may."""
    return request.headers.get("Sec-Fetch-Site", "none") not in _OWN
