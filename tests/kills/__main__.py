"""Renew the section on kills of ``docs/reliability.md``: ``python -m tests.kills [NAME ...]``."""

from __future__ import annotations

import argparse
import collections
import pathlib
import sys
import tempfile
import time

from scripts.reliability_page import write_section
from tests.kills import scenarios, trial
from tests.kills.operations import WAYS

HEAD = """`python -m tests.kills` ends real processes at every operation on files that a command does (opening to write, flushing,
renaming, exchanging, linking, removing, making a folder), {often}, and gives the command again. It is right
if at once what was there before or what comes after is whole, and if the command, given again, ends with the bytes of one that nobody
ended and leaves nothing else. *Torn*: half of a file is written. *Power cut*: what was not flushed is gone, with the names in a folder
lost until they are flushed, or kept at once while contents are lost; also after the command has ended with status 0.
"""


def main() -> int:
    """Try all; return 1 where something was wrong."""
    parser = argparse.ArgumentParser("python -m tests.kills", description=main.__doc__)
    parser.add_argument("names", nargs="*", help="these commands only")
    parser.add_argument("--every", type=int, default=1, help="each way at every N-th operation")
    parser.add_argument("--no-page", action="store_true")
    options = parser.parse_args()
    every = options.every

    def chosen(way: str, last: int) -> bool:
        return (last + WAYS.index(way)) % every == 0

    trial.ready()
    known, start = scenarios.scenarios(), time.monotonic()
    lines = [
        "| command | operations | " + " | ".join(WAYS) + " | wrong |",
        "|---|---:" + "|---:" * 5 + "|",
    ]
    faults, total = [], collections.Counter()
    for name in options.names or known:
        with tempfile.TemporaryDirectory(prefix="kills-") as folder:
            done = trial.tried(known[name], pathlib.Path(folder) / "place", chosen=chosen)
        ways = " | ".join(f"{done.ended[way]:,}" for way in WAYS)
        lines.append(f"| {name} | {done.operations.total():,} | {ways} | {len(done.faults)} |")
        total.update(done.ended)
        faults += [f"{name}: {fault}" for fault in done.faults]
        print(lines[-1], flush=True)
    print(*faults, sep="\n")
    took = f"{total.total():,} ends in {(time.monotonic() - start) / 60:.0f} minutes of one core"
    if not options.no_page:
        often = "in every way" if every == 1 else f"in each way at every {every}th, in turn"
        head = HEAD.format(often=often)
        write_section("kills", "\n".join([head, f"{took}: {len(faults)} wrong.", "", *lines]))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
