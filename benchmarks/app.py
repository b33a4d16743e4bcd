"""Measure the app in headless Chromium: ``python -m benchmarks.app`` (needs Chromium; takes some minutes).

Weeks per second at the default and at the fastest speed, at week 10 and at week 1,100, beside an
empty app with the same controls, in turn; the time from a click on Pause to its effect; the
server's memory over 20 resets; and 30 sessions at once.
"""

from __future__ import annotations

import argparse
import contextlib
import pathlib
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import psutil

from defection.views.app.player import DEFAULT_SPEED
from tests.views.app.browser import Strict, chromium, free_port

HERE = pathlib.Path(__file__).parent
SECONDS = 4.0
FASTEST, DEFAULT = "260", str(DEFAULT_SPEED)


@contextlib.contextmanager
def served(file: str = "") -> Iterator[tuple[str, psutil.Process]]:
    """Serve the app, or a file of Solara's, and give its address and its process."""
    port = free_port()
    command = ["defection", "serve", "--port", str(port)]
    if file:
        where = ["--host", "127.0.0.1", "--port", str(port)]
        command = ["solara", "run", file, *where, "--production", "--no-open", "--no-check-version"]
    server = subprocess.Popen(
        [sys.executable, "-m", *command], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    try:
        for _ in range(240):
            with (
                contextlib.suppress(urllib.error.URLError, ConnectionError),
                urllib.request.urlopen(f"http://127.0.0.1:{port}"),
            ):
                break
            time.sleep(0.25)
        yield f"http://127.0.0.1:{port}", psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait(10)


def weeks_per_second(browser: Any, address: str, *, start: str | None, speed: str) -> float:
    """Return the weeks that pass in a second as the browser shows them."""
    visitor = visit(browser, address)
    if start:
        visitor.run_to(start)
        visitor.wait_for_week(500)
        while visitor.week < 1096:
            visitor.find("step").click()
    else:
        for week in range(1, 11):
            visitor.find("step").click()
            visitor.wait_for_week(week)
    visitor.choose("speed", f"{speed} weeks / s")
    visitor.find("play").click()
    visitor.wait_for_week(visitor.week + 2)
    first, began = visitor.week, time.perf_counter()
    few = 60 / int(speed)  # so near the end there are no more
    seconds = few if start else SECONDS if speed == DEFAULT else SECONDS / 2
    time.sleep(seconds)
    passed = (visitor.week - first) / (time.perf_counter() - began)
    close(visitor)
    return passed


def pause_time(browser: Any, address: str, speed: str) -> float:
    """Return the seconds from a click on Pause until the page shows it."""
    visitor = visit(browser, address)
    visitor.choose("speed", f"{speed} weeks / s")
    visitor.find("play").click()
    visitor.wait_for_week(12 if speed == DEFAULT else 300)
    passed: float = visitor.page.evaluate(
        """() => new Promise(done => { const button = document.querySelector('[data-test=play]'), began = performance.now();
            new MutationObserver(() => { if (button.textContent.includes('Play')) done((performance.now() - began) / 1000) })
                .observe(button, { subtree: true, childList: true, characterData: true });
            button.click() })"""
    )
    close(visitor)
    return passed


def visit(browser: Any, address: str) -> Strict:
    """Open a page in a browser session of its own."""
    return Strict(browser.new_context(viewport={"width": 1440, "height": 900}).new_page()).open(
        f"{address}/?seed=2"
    )


def close(visitor: Strict) -> None:
    """Leave, and insist that nothing went wrong."""
    visitor.page.context.close()
    if visitor.faults:
        raise RuntimeError(visitor.faults)


def speeds(browser: Any, app: str, empty: str, repeats: int) -> None:
    """Print weeks per second of both apps, measured in turn."""
    for start, name in ((None, "week 10"), ("2013", "week 1,092")):
        for speed in (DEFAULT, FASTEST):
            pairs = [
                [weeks_per_second(browser, url, start=start, speed=speed) for url in (app, empty)]
                for _ in range(repeats)
            ]
            ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
            print(
                f"{name}, {speed} weeks/s chosen: app {ours:.1f}, empty app {theirs:.1f} weeks/s, ratio {ours / theirs:.2f}",
                flush=True,
            )


def memory(browser: Any, address: str, server: psutil.Process) -> None:
    """Print the server's memory after each few of 20 resets, each after a whole run."""
    visitor = visit(browser, address)
    for reset in range(21):
        visitor.find("reset").click()
        visitor.page.wait_for_function(
            "document.querySelector('[data-test=week]').textContent.startsWith('after 0 ')"
        )
        if reset % 5 == 0:
            print(f"{reset} resets: {server.memory_info().rss / 2**20:.0f} MiB", flush=True)
        visitor.run_to("end")
        visitor.find("ended").wait_for()
    close(visitor)


def classroom(browser: Any, address: str, sessions: int) -> None:
    """Step many open sessions, each another number of times; fail where one sees another's week.

    They play in turn: one browser that draws thirty moving maps at once keeps both cores of this
    machine. ``benchmarks.app_sessions`` lets hundreds play at once without one.
    """
    began = time.perf_counter()
    visitors = [visit(browser, address) for _ in range(sessions)]
    opened = time.perf_counter() - began
    for visitor in visitors:
        visitor.find("play").click()
        visitor.wait_for_week(3)
        visitor.find("play").click()
    for number, visitor in enumerate(visitors):
        visitor.find("reset").click()
        visitor.page.wait_for_function(
            "document.querySelector('[data-test=week]').textContent.startsWith('after 0 ')"
        )
        for week in range(1, 2 + number % 4):
            visitor.find("step").click()
            visitor.wait_for_week(week)
    wrong = [number for number, visitor in enumerate(visitors) if visitor.week != 1 + number % 4]
    if wrong:
        raise RuntimeError(f"sessions {wrong} show another's week")
    for visitor in visitors:
        close(visitor)
    print(
        f"{sessions} sessions: opened in {opened:.0f} s, all played and stepped, none failed, none saw another's week",
        flush=True,
    )


def main() -> None:
    """Run the measurements that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=["speeds", "pause", "memory", "classroom"])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--sessions", type=int, default=30)
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with (
        served() as (app, server),
        served(str(HERE / "empty_app.py")) as (empty, _),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        if "speeds" in options.what:
            speeds(browser, app, empty, options.repeats)
        if "pause" in options.what:
            for speed in (DEFAULT, FASTEST):
                times = [pause_time(browser, app, speed) for _ in range(options.repeats)]
                print(
                    f"pause at {speed} weeks/s: {max(times):.2f} s at most of {len(times)}",
                    flush=True,
                )
        if "memory" in options.what:
            memory(browser, app, server)
        if "classroom" in options.what:
            classroom(browser, app, options.sessions)
        browser.close()


if __name__ == "__main__":
    main()
