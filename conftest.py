"""For the tests of all folders: a headless Chromium that lets no page reach out and tells what a page complained of."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Request, Route

QUIET = ("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
QUIETER = ("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage")


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Debian's Chromium. Without it tests are skipped on a desk, and fail in CI."""
    program = shutil.which(os.environ.get("SQLACC_CHROMIUM", "chromium"))
    if program is None:
        missing = "needs chromium: ./dev setup contract_tests"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            chromium_sandbox=False,
            args=[*QUIET, *QUIETER],
            env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path_factory.mktemp("chromium"))},
            timeout=60_000,
        )
        yield browser
        browser.close()


@pytest.fixture
def browser_context(browser: Browser) -> Iterator[BrowserContext]:
    """A profile of its own: 1280 x 800, light, may use the clipboard. At the end no page of it may have complained:
    errors of scripts, of the console, requests that failed or left this machine."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, permissions=["clipboard-read", "clipboard-write"]
    )
    context.set_default_timeout(10_000)
    complaints: list[str] = []

    def guard(route: Route) -> None:
        url = urlsplit(route.request.url)
        if url.scheme in ("file", "data", "blob", "about") or url.hostname in ("127.0.0.1", "localhost"):
            route.continue_()
        else:
            complaints.append(f"a request left this machine: {route.request.url}")
            route.abort()

    context.route("**/*", guard)
    context.on("console", lambda said: complaints.append(f"console: {said.text}") if said.type == "error" else None)
    context.on("weberror", lambda error: complaints.append(f"script: {error.error}"))
    context.on(
        "requestfailed", lambda request: complaints.append(f"failed: {request.url}") if _failed(request) else None
    )
    yield context
    context.close()
    assert not complaints, "\n".join(complaints)


def _failed(request: Request) -> bool:
    """Not when the browser itself broke it off, to go to the next page or to save a file."""
    return request.failure != "net::ERR_ABORTED"


@pytest.fixture
def browser_page(browser_context: BrowserContext) -> Page:
    """An empty page of `browser_context`."""
    return browser_context.new_page()
