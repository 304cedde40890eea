"""A browser without a window, which says what a page complains of."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import attrs
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from support.shell import PATIENCE

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# Tests run as root, where Chromium has no sandbox; and /dev/shm may be small in a container.
_OPTIONS = ("--no-sandbox", "--disable-dev-shm-usage")


@attrs.frozen
class Tab:
    """A page, and all that it complained of: errors of scripts, and what its policy forbade."""

    page: Page
    complaints: list[str]


@attrs.frozen
class Visitor:
    """Somebody with a browser."""

    browser: Browser

    @asynccontextmanager
    async def tab(self, **options: Any) -> AsyncIterator[Tab]:
        """A page of a browser that has never been here; *options* as for `new_context`."""
        context: BrowserContext = await self.browser.new_context(**options)
        context.set_default_timeout(PATIENCE * 1000)
        try:
            page = await context.new_page()
            tab = Tab(page, [])
            page.on("pageerror", lambda error: tab.complaints.append(str(error)))
            page.on("console", lambda said: tab.complaints.append(f"{said.type}: {said.text}"))
            yield tab
        finally:
            await context.close()


@asynccontextmanager
async def visitor() -> AsyncIterator[Visitor]:
    """A browser of this machine.

    Raises:
        FileNotFoundError: There is none.
    """
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise FileNotFoundError(
            "chromium is missing: run `make chromium`, or install the Debian package of that name"
            " or what your system has in its place"
        )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=[*_OPTIONS])
        try:
            yield Visitor(browser)
        finally:
            await browser.close()
