"""A served portal with the demo in it, and Debian's chromium to look at it: the way from the browser to the database.

The portal is a process of its own, as ``qilian serve --demo`` starts it, with a data folder and a port of its own.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="session")
def served_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the portal that is served."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="session")
def served(served_home: Path) -> Iterator[str]:
    """Serve the demo; return the address of its front page."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    folder = served_home
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "QILIAN_HOME": str(folder), "QILIAN_HTTPS": "off"}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-c", "from qilian.cli import main; main()", "serve", "--demo", "--port", str(port)]
    log = folder / "served.log"
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                with urllib.request.urlopen(address, timeout=5) as answer:
                    answer.read()
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if process.poll() is not None:
                    break
                time.sleep(0.5)
        else:
            pytest.fail(f"the portal did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")
        if process.poll() is not None:
            pytest.fail(f"the portal ended:\n{log.read_text(encoding='utf-8')[-3000:]}")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=40)


@pytest.fixture(scope="module")
def chromium(served: str) -> "Iterator[Browser]":  # noqa: F821
    """One browser for the tests of a file: while it is open, the thread has an event loop, which Django shuns."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, served: str, request: pytest.FixtureRequest) -> "Iterator[Page]":  # noqa: F821
    """A page of a new visitor; language by the marker's parameter ``zh-hans`` (default) or ``en``.

    Whatever the browser complains of (a blocked script, an answer 500) fails the test.
    """
    language = getattr(request, "param", "zh-hans")
    context = chromium.new_context(base_url=served, viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.add_cookies([{"name": "language", "value": language, "url": served}])
    context.set_default_timeout(15_000)
    shown = context.new_page()
    complaints: list[str] = []
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    shown.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    shown.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 500 else None)
    yield shown
    context.close()
    assert not complaints


@pytest.fixture
def log_in(page) -> Callable[..., None]:
    """Log one of the demo's accounts in: ``log_in("firm")``."""

    def do(login: str) -> None:
        domain, password = "demo.example", "qilian-demo-2026"  # as qilian.portal.demo prints them

        page.goto("/accounts/login/")
        page.fill("#id_login", f"{login}@{domain}")
        page.fill("#id_password", password)
        page.locator("main form button[type=submit], main form button").first.click()
        page.wait_for_url(lambda address: "/login" not in address)

    return do


@pytest.fixture(scope="session")
def axe(repository: Path) -> str:
    """The script of axe-core, which finds what assistive technology cannot read."""
    script = repository / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
    return script.read_text(encoding="utf-8")


@pytest.fixture
def accessible(page, axe: str) -> Callable[[], None]:
    """Assert that axe-core finds nothing on the page that is open (WCAG 2.2 A and AA)."""

    def check() -> None:
        page.evaluate(axe)  # not as a script element: the pages' own policy would block that, rightly
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        found = page.evaluate("tags => axe.run(document, {runOnly: tags})", tags)
        faults = [f"{fault['id']}: {node['html'][:120]}" for fault in found["violations"] for node in fault["nodes"]]
        assert not faults, "\n".join(faults)

    return check
