"""What the browser tests stand on: the app's server on loopback, Chromium, and a page that forgives nothing."""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import playwright.sync_api
import pytest

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PATIENCE = 60_000
"""Milliseconds that a slow machine may take."""


def chromium() -> str:
    """Return Chromium's path. Where there is none the browser tests are left out, saying what to install; in CI they fail."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    what = "the browser tests need Chromium, and there is none: install it with `apt-get install chromium`"
    raise (pytest.fail.Exception if "CI" in os.environ else pytest.skip.Exception)(what)


CALLS = """
import pathlib, sys

def audit(event, arguments):
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in (None, "", "127.0.0.1", "localhost", "::1"):
        with open({log!r}, "a") as file:
            print(event, host, file=file)

sys.addaudithook(audit)
"""
"""A ``sitecustomize`` that keeps with whom else a process wanted to speak."""


@contextlib.contextmanager
def started(folder: pathlib.Path, *command: str, port: int, status: int = 0, **variables: str):
    """Start a server with an empty home, and give its address; it may speak to no other machine.

    Ctrl-C ends it, also with pages open; it ends with ``status``.
    """
    log, calls, home = folder / "server.log", folder / "calls.log", folder / "home"
    home.mkdir()
    (folder / "sitecustomize.py").write_text(CALLS.format(log=str(calls)))
    inherited = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
    kept = {
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(pathlib.Path.home() / ".cache")),
        "PYTHONPATH": str(folder),
        "PYTHONWARNINGS": "default",
    }
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, *command],
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**inherited, **kept, "HOME": str(home), **variables},
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            assert server.poll() is None, log.read_text()
            with (
                contextlib.suppress(urllib.error.URLError, ConnectionError),
                urllib.request.urlopen(address, timeout=60),
            ):
                break
            time.sleep(0.25)
        else:
            raise AssertionError("the server did not answer:\n" + log.read_text())
        yield address
    finally:
        server.send_signal(signal.SIGINT)
        try:
            ended = server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            ended = None
    assert ended == status, f"it ended with {ended}\n{log.read_text()}"
    assert "Traceback" not in log.read_text(), log.read_text()
    assert not calls.exists(), f"the server spoke to other machines: {calls.read_text()}"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def served(folder: pathlib.Path, *arguments: str, module: str = "defection", **variables: str):
    """Serve the app from the command line, as a user does; ``module`` may be one that does more."""
    port = free_port()
    command = ["-m", module, "serve", "--port", str(port), *arguments]
    return started(folder, *command, port=port, status=130, **variables)


class Strict:
    """A browser page whose errors in the console and requests to other machines are remembered."""

    def __init__(self, page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on(
            "console",
            lambda message: (
                message.type == "error" and self.faults.append(f"console: {message.text}")
            ),
        )
        page.on("pageerror", lambda error: self.faults.append(f"page: {error}"))
        page.on("request", self._check)
        page.on("websocket", self._check)

    def _check(self, request) -> None:
        parts = urllib.parse.urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname not in LOOPBACK:
            self.faults.append(f"a request left this machine: {request.url}")

    def open(self, address: str) -> Strict:
        self.page.goto(address)
        self.page.wait_for_selector("[data-test=week]")
        return self

    def find(self, name: str):
        return self.page.locator(f"[data-test='{name}']")

    @property
    def week(self) -> int:
        return int(self.find("week").text_content().split()[1])

    def wait_for_week(self, week: int) -> None:
        self.page.wait_for_function(
            "week => Number(document.querySelector('[data-test=week]').textContent.split(' ')[1]) >= week",
            arg=week,
            timeout=PATIENCE,
        )

    def wait_for_text(self, name: str, words: str) -> None:
        """Wait until a part of the page says so, as a person does who reads it."""
        script = "([name, words]) => document.querySelector(`[data-test='${name}']`)?.textContent.includes(words)"
        try:
            self.page.wait_for_function(script, arg=[name, words], timeout=PATIENCE)
        except playwright.sync_api.TimeoutError:
            said = self.find(name).all_text_contents()
            raise TimeoutError(f"{name} does not say {words!r} but {said}") from None

    def choose(self, name: str, label: str) -> None:
        """Open a list and choose with the keys; the list itself lies outside the page, where no test's mouse reaches."""
        select = self.find(name)
        options = select.evaluate("e => [...e.options].filter(o => !o.disabled).map(o => o.label)")
        place = next(i for i, one in enumerate(options) if f"{one} (".startswith(f"{label} ("))
        select.click()
        self.page.wait_for_timeout(100)  # the list opens
        for key in ("Home", *["ArrowDown"] * place, "Enter"):
            self.page.keyboard.press(key)

    def write(self, field, text: str) -> None:
        """Type over what stands in a field; a page that still moves may slip away under the click."""
        for _ in range(5):
            field.click(click_count=3)
            if field.evaluate("e => e === document.activeElement"):
                break
        self.page.keyboard.type(text) if text else self.page.keyboard.press("Delete")

    def drag(self, slider, *shares: float) -> None:
        """Take a slider where the first share of its track lies, draw it to each of the others, and let go.

        A page that still moves may slip away under the hand; a person then takes the slider again.
        """
        thumb, mouse = 16, self.page.mouse  # pixels of the thumb

        def at(share: float) -> dict[str, float]:
            box = slider.bounding_box()
            left = thumb / 2 + (box["width"] - thumb) * share
            return {"x": left, "y": box["height"] / 2}

        for _ in range(5):
            slider.hover(position=at(shares[0]))
            mouse.down()
            if slider.evaluate("e => e.matches(':active')"):
                break
            mouse.up()
        else:
            raise AssertionError("the mouse could not take the slider")
        for share in shares[1:]:
            box, place = slider.bounding_box(), at(share)
            mouse.move(box["x"] + place["x"], box["y"] + place["y"])
        mouse.up()

    def unfold(self, name: str) -> None:
        """Open what a small window folds: ``more`` controls, or the ``sliders``."""
        button = self.find(name)
        if button.is_visible() and button.get_attribute("aria-expanded") == "false":
            button.click()

    def open_group(self, name: str) -> None:
        """Open the group in which a parameter is folded away."""
        group = self.page.locator(f".df-sliders > details:has([data-test='p-{name}'])")
        if group.count() and group.get_attribute("open") is None:
            group.locator("summary").click()

    def run_to(self, target: str) -> None:
        self.unfold("more")
        self.choose("target", {"end": "the end"}.get(target, target))
        self.find("run-to").click()

    def taken_away(self, name: str) -> bytes:
        """Download a file under *Take away* and return what is in it."""
        self.find("tab-files").click()
        with self.page.expect_download() as download:
            self.find(f"download-{name}").click()
        return pathlib.Path(download.value.path()).read_bytes()
