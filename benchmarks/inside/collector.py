"""A collector of traces that takes all it is sent; tells its port, and runs until it is ended."""

import asyncio
import sys

from aiohttp import web


async def take(request: web.Request) -> web.Response:
    """One batch."""
    await request.read()
    return web.Response()


async def main() -> None:
    """Listen."""
    application = web.Application(client_max_size=1 << 26)
    application.router.add_post("/v1/traces", take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
