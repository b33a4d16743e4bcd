"""Renew the section on kills of ``docs/reliability.md``: ``python -m tests.kills [NAME ...]``."""

from __future__ import annotations

import argparse
import collections
import itertools
import multiprocessing
import pathlib
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor

from defection.checks import counted
from tests.kills import scenarios, trial
from tests.kills.operations import WAYS
from tests.reliability_page import section, write_section

HEAD = """`python -m tests.kills` ends real processes at every operation on files that a command does (opening to write, flushing,
renaming, exchanging, linking, removing, making a folder), {often}, and gives the command again. It is right
if at once what was there before or what comes after is whole, and if the command, given again, ends with the bytes of one that nobody
ended and leaves nothing else. *Torn*: half of a file is written. *Power cut*: what was not flushed is gone, with the names in a folder
lost until they are flushed, or kept at once while contents are lost; also after the command has ended with status 0.
Figures are stand-ins of a few bytes, written by the same operations.
"""


def rows_of(text: str, names: list[str]) -> dict[str, str]:
    """Return the rows of a table that a page has, by the commands that there are."""
    rows = (line for line in text.splitlines() if line.startswith("| "))
    found = {line.split(" | ")[0].removeprefix("| "): line for line in rows}
    return {name: found[name] for name in names if name in found}


def tried(name: str, every: int) -> trial.Trial:
    """End one command in each way at every so many of its operations."""

    def chosen(way: str, last: int) -> bool:
        return (last + WAYS.index(way)) % every == 0

    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        place = pathlib.Path(folder) / "place"
        return trial.tried(scenarios.scenarios()[name], place, chosen=chosen)


def main() -> int:
    """Try all; return 1 where something was wrong."""
    parser = argparse.ArgumentParser("python -m tests.kills", description=main.__doc__)
    parser.add_argument("names", nargs="*", help="these commands only")
    parser.add_argument("--every", type=int, default=1, help="each way at every N-th operation")
    parser.add_argument("--processes", type=int, default=2, help="commands tried side by side")
    parser.add_argument("--no-page", action="store_true")
    options = parser.parse_args()
    trial.ready()
    every = list(scenarios.scenarios())
    names, start = options.names or every, time.monotonic()
    table = {} if options.no_page else rows_of(section("kills"), every)
    lines = [
        "| command | operations | " + " | ".join(WAYS) + " | wrong |",
        "|---|---:" + "|---:" * 5 + "|",
    ]
    faults, total = [], collections.Counter()
    with ProcessPoolExecutor(options.processes, multiprocessing.get_context("fork")) as pool:
        trials = pool.map(tried, names, itertools.repeat(options.every))
        for name, done in zip(names, trials, strict=False):
            ways = " | ".join(f"{done.ended[way]:,}" for way in WAYS)
            table[name] = f"| {name} | {done.operations.total():,} | {ways} | {len(done.faults)} |"
            total.update(done.ended)
            faults += [f"{name}: {fault}" for fault in done.faults]
            print(table[name], flush=True)
    print(*faults, sep="\n")
    minutes = (time.monotonic() - start) / 60
    beside = counted(options.processes, "command")
    took = f"{total.total():,} ends in {minutes:.0f} minutes, {beside} at a time"
    lines += [table[name] for name in every if name in table]
    if not options.no_page:
        how = f"in each way at every {options.every}th, in turn"
        head = HEAD.format(often="in every way" if options.every == 1 else how)
        if options.names:
            took = f"The latest time, of {'; '.join(names)} (other rows are of earlier): {took}"
        write_section("kills", "\n".join([head, f"{took}: {len(faults)} wrong.", "", *lines]))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
