"""The body of a request: all of it, or an error that says why not."""

import asyncio
from typing import Final

from aiohttp import web

from knative_lambda.ports.wire import LARGEST

_TOO_LARGE: Final = f"The body is larger than {LARGEST} bytes, the most that are taken."


async def read_body(request: web.Request, seconds: float) -> bytes:
    """The whole body of *request*, which must be there after that many *seconds*.

    Raises:
        web.HTTPException: It is too large, does not come to its end, or is not framed or
            compressed as its headers say.
    """
    announced = request.content_length or 0
    if announced > LARGEST:
        raise _too_large(announced)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for piece in request.content.iter_any():
                body += piece
                if len(body) > LARGEST:
                    raise _too_large(len(body))
    except TimeoutError as error:
        text = f"The body did not come to its end in {seconds:g} seconds."
        raise web.HTTPRequestTimeout(text=text) from error
    except (web.RequestPayloadError, OSError) as error:
        text = "The body broke off, or is not framed or compressed as its headers say."
        raise web.HTTPBadRequest(text=text) from error
    return bytes(body)


def _too_large(size: int) -> web.HTTPException:
    return web.HTTPRequestEntityTooLarge(LARGEST, size, text=_TOO_LARGE)
