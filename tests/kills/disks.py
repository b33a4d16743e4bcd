"""Power cuts of a real file system: copies of a mounted ext4 image, taken while a command writes.

``python -m tests.kills.disks [NAME ...]`` renews its section of ``docs/reliability.md``. What the
kernel has not written to the image when it is copied is lost, as in a power cut. A copy is repeated
until nothing has changed while it was taken. Needs root and a kernel that mounts images.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator

from tests.kills import scenarios, trial
from tests.kills.operations import forked
from tests.kills.scenarios import Scenario, content, remember
from tests.reliability_page import write_section

NAMES = (
    "run --force",
    "ensemble --force",
    "sweep",
    "extend",
    "compact",
    "search",
    "replay --force",
)
SIZE = 16 * 2**20
HEAD = """`python -m tests.kills.disks` lets commands write to a mounted image of an ext4 file system, and copies the image again and again while
they write and at the moment at which they end with status 0: what the kernel has not written by then is lost, as in a power cut. Each state
of the disk is mounted again (its journal is replayed; `e2fsck` must find nothing else) and judged as above. *Ended*: the copy was taken
after status 0, so the new must be there."""


class CannotMountError(Exception):
    """Images cannot be mounted here; the message says what was refused."""


def _done(*words: object) -> None:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise CannotMountError(f"{' '.join(map(str, words))}: {said}")


@contextlib.contextmanager
def mounted(image: pathlib.Path, place: pathlib.Path) -> Iterator[pathlib.Path]:
    """Mount an image; give the folder in it in which commands are given."""
    place.mkdir(exist_ok=True)
    _done("mount", "-o", "loop", image, place)
    try:
        (place / "work").mkdir(exist_ok=True)
        yield place / "work"
    finally:
        _done("umount", place)


def states(image: pathlib.Path, ended: threading.Event) -> Iterator[bytes]:
    """Yield the different states of an image, until shortly after ``ended``; the last is whole."""
    known, is_last = b"", False
    while not is_last:
        is_last = ended.is_set()
        body = image.read_bytes()
        while (again := image.read_bytes()) != body:
            body = again
        if (digest := hashlib.sha256(body).digest()) != known:
            known = digest
            yield body


def tried(scenario: Scenario, folder: pathlib.Path, most: int) -> tuple[int, list[str]]:
    """Cut a command's disk at up to ``most`` moments; return at how many, and what was wrong."""
    image, place, base = folder / "disk.img", folder / "disk", folder / "base.img"
    image.write_bytes(b"")
    with image.open("r+b") as stream:
        stream.truncate(SIZE)
    _done("mkfs.ext4", "-q", "-F", image)
    with mounted(image, place) as work:
        status, _, said = forked(scenario.before, work)
        assert status == 0, said
        before = content(work, hidden=False)
        remember(scenario, work, "before", work)
    shutil.copy(image, base)
    with mounted(image, place) as work:
        status, _, said = forked(scenario.act, work)
        assert status == 0, said
        after = content(work)
        remember(scenario, work, "after", work)
    shutil.copy(base, image)
    cuts, ended = list[bytes](), threading.Event()
    with mounted(image, place) as work:
        watching = threading.Thread(target=lambda: cuts.extend(states(image, ended)))
        watching.start()
        status, _, said = forked(scenario.act, work)
        ended.set()
        watching.join()
    assert status == 0, said
    last = len(cuts) - 1
    chosen = sorted({last, *(i * last // most for i in range(1, most))})
    faults = []
    for number in chosen:
        image.write_bytes(cuts[number])
        is_last = number == last
        if fault := _fault(scenario, image, place, before, after, is_last=is_last):
            faults.append(f"at {number + 1} of {len(cuts)} states: {fault}")
    return len(chosen), faults


def _fault(
    scenario: Scenario,
    image: pathlib.Path,
    place: pathlib.Path,
    before: scenarios.Content,
    after: scenarios.Content,
    *,
    is_last: bool,
) -> str:
    """Return what is wrong with a state of the disk; empty if nothing."""
    with mounted(image, place):
        pass  # the journal is replayed
    checked = subprocess.run(["e2fsck", "-fn", image], capture_output=True, text=True)
    if checked.returncode:
        return f"the file system is broken: {checked.stdout}"
    with mounted(image, place) as work:
        now = content(work)
        if is_last and {name: now.get(name) for name in after} != after:
            return f"it ended with 0 and is not kept: {trial.difference(now, after)}"
        if wrong := scenario.whole(work, before, after):
            return wrong
        status, _, said = forked(scenario.again or scenario.act, work)
        if status or "Traceback" in said:
            return f"given again it ended with {status}: {said[-1500:]}"
        now = content(work)
        return "" if now == after else f"given again it left: {trial.difference(now, after)}"


def main() -> int:
    """Try those that are named, all if none are; return 1 where something was wrong."""
    parser = argparse.ArgumentParser("python -m tests.kills.disks", description=main.__doc__)
    parser.add_argument("names", nargs="*", help="these commands only; no page")
    parser.add_argument("--most", type=int, default=20, help="moments of each command")
    options = parser.parse_args()
    trial.ready()
    lines, bad = ["| command | moments | ended | wrong |", "|---|---:|---:|---:|"], 0
    for name in options.names or NAMES:
        with tempfile.TemporaryDirectory(prefix="disks-", dir="/dev/shm") as folder:
            count, faults = tried(
                scenarios.scenarios()[name], pathlib.Path(folder).resolve(), options.most
            )
        bad += len(faults)
        lines.append(f"| {name} | {count:,} | 1 | {len(faults)} |")
        print(lines[-1], *faults, sep="\n", flush=True)
    if not options.names:
        write_section("disks", "\n".join([HEAD, "", *lines]))
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
