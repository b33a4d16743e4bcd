"""Measure the app's sessions and renew their section of ``docs/reliability.md``: ``python -m benchmarks.app_sessions``.

Visitors speak the browser's part of the protocol over a websocket: 100 at once, then 200 who say
goodbye and 200 who are dropped while they play.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import time
import urllib.request
import uuid
from typing import Any

import psutil
import websockets

from benchmarks.app import served

CULL_SECONDS = 120
PATIENCE = 300.0
AT_ONCE, SESSIONS = 100, 200


class Visitor:
    """A browser's side of one session: it runs the page, presses buttons and reads the week."""

    def __init__(self, address: str) -> None:
        self.address, self.kernel, self.page = address, str(uuid.uuid4()), str(uuid.uuid4())
        self.controls = ""
        self.week = -1

    async def open(self) -> Visitor:
        """Open the page and wait until its controls and its first week are there."""
        channel = f"{self.address.replace('http', 'ws')}/jupyter/api/kernels/{self.kernel}/channels"
        self.socket = await websockets.connect(
            f"{channel}?session_id={self.page}", max_size=None, max_queue=None
        )
        control = str(uuid.uuid4())
        await self._send("comm_open", comm_id=control, target_name="solara.control", data={})
        page = {"path": "/?seed=2", "dark": False, "themes": {"light": {}, "dark": {}}}
        run = {"method": "run", "args": {**page, "appName": None}}
        await self._send("comm_msg", comm_id=control, data=run)
        await self.until(0)
        return self

    async def press(self, button: str) -> None:
        """Press a button of the controls."""
        data = {"method": "custom", "content": {"event": button, "data": None}}
        await self._send("comm_msg", comm_id=self.controls, data=data)

    async def until(self, week: int) -> None:
        """Read what the server sends until it shows a week."""
        async with asyncio.timeout(PATIENCE):
            while self.week < week:
                message = await self.socket.recv()
                content = json.loads(message)["content"] if isinstance(message, str) else {}
                state = content.get("data", {}).get("state", {})
                if "clock" in state:
                    self.controls, self.week = content["comm_id"], state["clock"]["week"]

    async def leave(self) -> None:
        """Say goodbye, as a browser does when its tab is closed."""
        url = f"{self.address}/_solara/api/close/{self.kernel}?session_id={self.page}"
        request = urllib.request.Request(url, method="POST")  # noqa: S310
        await asyncio.to_thread(urllib.request.urlopen, request)
        await self.drop()

    async def drop(self) -> None:
        """Vanish without a word."""
        self.socket.transport.abort()

    async def _send(self, kind: str, **content: Any) -> None:
        header = {"msg_id": str(uuid.uuid4()), "msg_type": kind, "session": self.page}
        header |= {"username": "", "version": "5.2", "date": "2017-01-01T00:00:00Z"}
        parts = {"content": content, "header": header, "metadata": {}, "parent_header": {}}
        await self.socket.send(json.dumps({"channel": "shell", "buffers": [], **parts}))


def kernels(address: str) -> int:
    """Return how many sessions the server holds."""
    with urllib.request.urlopen(f"{address}/resourcez") as answer:  # noqa: S310
        return int(json.load(answer)["kernels"]["total"])


async def measure(address: str, server: psutil.Process) -> list[tuple[str, str]]:
    """Return rows of what was tried and what was seen."""
    rows: list[tuple[str, str]] = []

    def memory() -> float:
        return server.memory_info().rss / 2**20

    async def freed() -> float:
        began = time.monotonic()
        while await asyncio.to_thread(kernels, address):
            await asyncio.sleep(0.5)
        await asyncio.sleep(3)  # and collected
        return time.monotonic() - began - 3

    await (await Visitor(address).open()).leave()
    await freed()
    first = memory()
    began = time.monotonic()
    visitors = await asyncio.gather(*(Visitor(address).open() for _ in range(AT_ONCE)))
    opened = time.monotonic() - began
    for number, visitor in enumerate(visitors):
        for _ in range(1 + number % 4):
            await visitor.press("step")
    await asyncio.gather(*(one.until(1 + number % 4) for number, one in enumerate(visitors)))
    wrong = sum(one.week != 1 + number % 4 for number, one in enumerate(visitors))
    each = (memory() - first) / AT_ONCE
    rows.append((f"{AT_ONCE} connections at once", f"all answered within {opened:.0f} s; each was stepped another number of weeks, {wrong} showed another's; {each:.1f} MiB each"))  # fmt: skip
    await asyncio.gather(*(one.leave() for one in visitors))
    await freed()
    rows.append(("the memory of the server before, and after they left", f"{first:.0f} and {memory():.0f} MiB"))  # fmt: skip
    for start in range(0, SESSIONS, 20):
        many = await asyncio.gather(*(Visitor(address).open() for _ in range(20)))
        await asyncio.gather(*(one.leave() for one in many))
        if start == 0:
            await freed()
            after = memory()
    await freed()
    rows.append((f"the same after 20 and after {SESSIONS} more sessions that said goodbye", f"{after:.0f} and {memory():.0f} MiB"))  # fmt: skip
    for _ in range(0, SESSIONS, 20):
        many = await asyncio.gather(*(Visitor(address).open() for _ in range(20)))
        for one in many:
            await one.press("play")
        await asyncio.gather(*(one.until(1) for one in many))
        await asyncio.gather(*(one.drop() for one in many))
    await asyncio.sleep(2)
    before, pause = server.cpu_times(), 3.0
    held = await asyncio.to_thread(kernels, address)
    await asyncio.sleep(pause)
    used = sum(server.cpu_times()[:2]) - sum(before[:2])
    rows.append((f"{SESSIONS} sessions dropped without a goodbye while they played, two seconds later", f"{held} still held, {100 * used / pause:.0f} % of a core"))  # fmt: skip
    seconds = await freed()
    rows.append((f"until all were freed (kept for {CULL_SECONDS} s here, for 3 minutes by default)", f"{seconds:.0f} s more; {memory():.0f} MiB"))  # fmt: skip
    return rows


def main() -> None:
    """Measure, print, and renew the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--print", action="store_true", help="only print")
    options = parser.parse_args()
    os.environ["SOLARA_KERNEL_CULL_TIMEOUT"] = f"{CULL_SECONDS}s"
    with served() as (address, server):
        rows = asyncio.run(measure(address, server))
    cores = len(os.sched_getaffinity(0))
    text = f"`python -m benchmarks.app_sessions` ({cores} cores of a shared machine).\n\n| tried | seen |\n|---|---|\n"
    text += "\n".join(f"| {tried} | {found} |" for tried, found in rows)
    print(text)
    if not options.print:
        from tests.reliability_page import write_section

        write_section("app", text)


if __name__ == "__main__":
    main()
