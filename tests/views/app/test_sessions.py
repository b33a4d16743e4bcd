"""A session that is left, or dropped without a goodbye, stops at once and is freed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time

import pytest

from tests.views.app.browser import Strict, chromium, served

pytestmark = pytest.mark.slow

COUNTING = """
import gc, os, sys, threading, time
from defection.commands.main import main
from defection.model import DefectionModel

def count():
    while True:
        gc.collect()
        models = [thing for thing in gc.get_objects() if isinstance(thing, DefectionModel)]
        weeks = [getattr(one, "week", 0) for one in models]  # one may be being made
        del models
        with open("models.new", "w") as file:
            print(len(weeks), sum(weeks), file=file)
        os.replace("models.new", "models")
        time.sleep(0.3)

threading.Thread(target=count, daemon=True).start()
sys.exit(main())
"""

LATE = """
import asyncio, sys
from starlette.websockets import WebSocket
from defection.commands.main import main

def late(send):
    async def sent(self, data):
        await asyncio.sleep(0.03)
        await send(self, data)
    return sent

for name in ("send_text", "send_bytes"):
    setattr(WebSocket, name, late(getattr(WebSocket, name)))
sys.exit(main())
"""
"""An app whose messages take so long that a page is not drawn before the next weeks have passed."""


@contextlib.contextmanager
def killed_later(playwright, folder):
    """Start a browser of its own, and kill it at the end, as a power cut does: nothing is said to the server."""
    command = [chromium(), "--headless", "--no-sandbox", "--remote-debugging-port=0"]
    browser = subprocess.Popen(
        [*command, f"--user-data-dir={folder}"], start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        port = folder / "DevToolsActivePort"
        for _ in range(200):
            if port.exists() and port.read_text().count("\n"):
                break
            time.sleep(0.1)
        address = f"http://127.0.0.1:{port.read_text().split()[0]}"
        yield playwright.chromium.connect_over_cdp(address, timeout=120_000)
    finally:
        os.killpg(browser.pid, signal.SIGKILL)
        browser.wait()


def test_leaving_and_being_killed_end_the_play_and_free_the_model(visitors, playwright, tmp_path):
    (tmp_path / "counting.py").write_text(COUNTING)

    def counted():
        return [int(number) for number in (tmp_path / "models").read_text().split()]

    def wait_for_models(number):
        for _ in range(600):
            if counted()[0] == number:
                return
            time.sleep(0.1)
        raise AssertionError(counted())

    with served(tmp_path, module="counting", SOLARA_KERNEL_CULL_TIMEOUT="8s") as url:
        with killed_later(playwright, tmp_path / "profile") as browser:
            dropped = Strict(browser.new_page()).open(url)
            one, other = visitors(url), visitors(url)
            for visitor in (one, other, dropped):
                visitor.find("play").click()
                visitor.wait_for_week(2)
            wait_for_models(3)
            one.page.goto("about:blank")
            wait_for_models(2)
            other.page.goto("about:blank")
            wait_for_models(1)
        time.sleep(1.5)
        left = counted()
        time.sleep(1)
        assert counted() == left, "a session that lost its browser goes on playing"
        assert left[0] == 1, "it is kept for a while, for a browser that comes back"
        wait_for_models(0)


def test_a_browser_that_comes_back_in_time_goes_on_where_it_was(address, visitors):
    visitor = visitors(f"{address}/?seed=2")
    visitor.find("play").click()
    visitor.wait_for_week(3)
    visitor.page.evaluate("solara.debug.dropConnection()")
    week = visitor.week
    visitor.wait_for_week(week + 10)
    visitor.wait_for_text("play", "Pause")


def test_play_waits_for_a_page_that_is_drawn_slowly(visitors, tmp_path):
    (tmp_path / "late.py").write_text(LATE)
    with served(tmp_path, module="late") as url:  # an error of the server fails the test
        visitor = visitors(f"{url}/?seed=2")
        visitor.find("play").click()
        visitor.wait_for_week(700)
        visitor.find("play").click()
        visitor.wait_for_text("play", "Play")
        assert visitor.week < 1196
        week = visitor.week
        visitor.find("step").click()
        visitor.wait_for_week(week + 1)
