"""The routes by which the cluster looks after a process."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from aiohttp import web


def health_routes(
    ready: Callable[[], str | None], metrics: Callable[[], tuple[bytes, str]]
) -> Sequence[web.RouteDef]:
    """Routes for a server.

    Args:
        ready: Why the process cannot do its work now; `None` when it can.
        metrics: The page of metrics, and its content type.
    """

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def readyz(_: web.Request) -> web.Response:
        fault = ready()
        if fault is None:
            return web.Response(text="ok")
        return web.Response(text=fault, status=HTTPStatus.SERVICE_UNAVAILABLE)

    async def page(_: web.Request) -> web.Response:
        body, content_type = metrics()
        return web.Response(body=body, headers={"Content-Type": content_type})

    return (web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", page))
