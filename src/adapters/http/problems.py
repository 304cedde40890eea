"""What went wrong with a request, as a problem document (RFC 9457)."""

import json
from http import HTTPStatus
from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

RETRY_AFTER: Final = 5  # seconds
_LONGEST: Final = 500  # characters of a path that are told

_log = structlog.get_logger()


def problem(
    status: HTTPStatus, detail: str, *, retry_after: int | None = None, **more: object
) -> web.Response:
    """A problem document; its type is `about:blank`, since *more* tells what is to be told apart.

    Args:
        status: Of the response.
        detail: A sentence for people.
        retry_after: Seconds.
        more: Further members; `None` counts as absent.
    """
    document = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        **{name: value for name, value in more.items() if value is not None},
    }
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return web.Response(
        status=status,
        text=json.dumps(document),
        headers=headers,
        content_type="application/problem+json",
    )


@web.middleware
async def as_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer with a problem whatever is raised; of a bug nothing but that there is one."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        response = _told(request, error)
    except Exception as error:  # noqa: BLE001 - the one place where any error of a request ends
        _log.error("request.bug", exc_info=error)
        detail = "The request could not be handled now; send it again later."
        response = problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, retry_after=RETRY_AFTER)
    if not request.content.is_eof():
        response.force_close()  # what is left of the body is nothing anybody waits for
    return response


def _told(request: web.Request, error: web.HTTPException) -> web.Response:
    status = HTTPStatus(error.status)
    match error:
        case web.HTTPNotFound():
            return problem(status, f"There is nothing at {request.path[:_LONGEST]}.")
        case web.HTTPMethodNotAllowed():
            allowed = ", ".join(sorted(error.allowed_methods))
            response = problem(status, f"{request.method} is not taken here, but {allowed} is.")
            response.headers["Allow"] = allowed
            return response
        case _:
            return problem(status, error.text or status.description)
