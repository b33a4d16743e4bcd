"""Firefox with a hand on mouse and keys, over WebDriver BiDi, the protocol that it speaks itself."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import time
import urllib.parse
from typing import Any

import pytest
from websockets.sync.client import connect

from tests.views.app.browser import LOOPBACK, PATIENCE, free_port

KEYS = {"ArrowLeft": "\ue012", "ArrowRight": "\ue014", "End": "\ue010", "Tab": "\ue004"}
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
}


def firefox() -> str:
    """Return Firefox's path. Where there is none its tests are left out, saying what to install."""
    for name in ("firefox-esr", "firefox"):
        if path := shutil.which(name):
            return path
    pytest.skip("Firefox is not there: install it with `apt-get install firefox-esr`")


class Firefox:
    """One page. What its console calls an error and whom it asks are remembered."""

    def __init__(self, socket: Any) -> None:
        self.socket, self.number = socket, 0
        self.faults: list[str] = []
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self.context = self.send("browsingContext.getTree")["contexts"][0]["context"]

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            said = json.loads(self.socket.recv(timeout=PATIENCE / 1000))
            if said.get("id") == self.number:
                assert said["type"] == "success", said
                return said["result"]
            self._note(said.get("method"), said["params"])

    def _note(self, event: str, what: dict[str, Any]) -> None:
        if event == "log.entryAdded" and what["level"] == "error":
            self.faults.append(f"console: {what['text']}")
        if event == "network.beforeRequestSent" and what["context"] == self.context:
            parts = urllib.parse.urlsplit(what["request"]["url"])
            if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOOPBACK:
                self.faults.append(f"a request left this machine: {what['request']['url']}")

    def open(self, url: str, width: int = 1440, height: int = 900) -> Firefox:
        size = {"width": width, "height": height}
        self.send("browsingContext.setViewport", context=self.context, viewport=size)
        self.send("browsingContext.navigate", context=self.context, url=url, wait="complete")
        self.wait("!!document.querySelector('[data-test=week]')")
        return self

    def read(self, script: str) -> Any:
        """Return the value of an expression in the page."""
        target = {"context": self.context}
        expression = f"JSON.stringify({script})"
        said = self.send(
            "script.evaluate", expression=expression, target=target, awaitPromise=False
        )
        assert said["type"] == "success", said
        return json.loads(said["result"]["value"])

    def wait(self, script: str) -> None:
        end = time.monotonic() + PATIENCE / 1000
        while not self.read(script):
            assert time.monotonic() < end, f"not in time: {script}"
            time.sleep(0.05)

    def text(self, name: str) -> str:
        return self.read(f"document.querySelector('[data-test=\"{name}\"]').textContent.trim()")

    def wait_for_text(self, name: str, words: str) -> None:
        found = f"document.querySelector('[data-test=\"{name}\"]')"
        self.wait(f"!!{found} && {found}.textContent.includes({json.dumps(words)})")

    @property
    def week(self) -> int:
        return int(self.text("week").split()[1])

    def box(self, selector: str) -> tuple[float, float, float, float]:
        """Return the place of an element at rest, scrolled into the middle: left, top, size."""
        found, before = f"document.querySelector({json.dumps(selector)})", None
        self.read(f"{found}.scrollIntoView({{ block: 'center', behavior: 'instant' }}) || 0")
        while True:
            box = self.read(
                f"(b => [b.x, b.y, b.width, b.height])({found}.getBoundingClientRect())"
            )
            if box == before:
                return tuple(box)
            before = box
            time.sleep(0.2)

    def mouse(self, *points: tuple[float, float]) -> None:
        """Press the mouse at the first place, draw it to the others, and let go."""
        moves = [{"type": "pointerMove", "x": round(x), "y": round(y)} for x, y in points]
        steps = [moves[0], {"type": "pointerDown", "button": 0}, *moves[1:]]
        steps.append({"type": "pointerUp", "button": 0})
        hand = {"type": "pointer", "id": "mouse", "actions": steps}
        self.send("input.performActions", context=self.context, actions=[hand])

    def click(self, selector: str) -> None:
        x, y, width, height = self.box(selector)
        self.mouse((x + width / 2, y + height / 2))

    def drag(self, selector: str, *shares: float) -> None:
        """Take a slider at a share of its track, and draw it to the others."""
        x, y, width, height = self.box(selector)
        self.mouse(*((x + 8 + (width - 16) * share, y + height / 2) for share in shares))

    def press(self, *keys: str) -> None:
        steps = [
            {"type": kind, "value": KEYS.get(key, key)}
            for key in keys
            for kind in ("keyDown", "keyUp")
        ]
        hand = {"type": "key", "id": "keys", "actions": steps}
        self.send("input.performActions", context=self.context, actions=[hand])

    def screenshot(self, path: pathlib.Path) -> None:
        said = self.send("browsingContext.captureScreenshot", context=self.context)
        path.write_bytes(base64.b64decode(said["data"]))


@contextlib.contextmanager
def opened(folder: pathlib.Path):
    """Start Firefox with an empty profile and an empty home, and give its page."""
    home, profile, port = folder / "home", folder / "profile", free_port()
    home.mkdir()
    profile.mkdir()
    lines = [f'user_pref("{k}", {json.dumps(v)});' for k, v in PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines))
    command = [firefox(), "--headless", "--no-remote", "--profile", str(profile)]
    running = subprocess.Popen(
        [*command, "--remote-debugging-port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(home)},
    )
    try:
        for _ in range(240):
            assert running.poll() is None, "Firefox ended"
            with contextlib.suppress(OSError):
                socket = connect(f"ws://127.0.0.1:{port}/session", max_size=None)
                break
            time.sleep(0.25)
        else:
            raise AssertionError("Firefox did not answer")
        with socket:
            page = Firefox(socket)
            yield page
        assert not page.faults, page.faults
    finally:
        running.terminate()
        running.wait(30)
