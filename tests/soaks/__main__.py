"""Kill long sweeps and searches: ``python -m tests.soaks [NAME ...]``; names: sweep, search, dask.

Each renews its row of ``docs/reliability.md`` when it has ended with the bytes of an unbroken one;
else it ends with an error that says what differs.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import tempfile
import time

from tests.reliability_page import PAGE, section, write_section
from tests.soaks import killed

SOAKS = {
    "sweep": ("20,000 runs of a sweep, two workers", lambda place: killed.sweep(place, 10_000, 50)),
    "search": (
        "a search with 400 chains, two workers",
        lambda place: killed.search(place, 400, 20),
    ),
    "dask": ("20,000 runs on Dask, over loopback", lambda place: killed.cluster(place, 10_000, 5)),
}
HEAD = """`python -m tests.soaks` kills real processes (SIGKILL) at random moments and gives the command again until the work is done. Every
file of the folder is then the same to the byte as that of a command that nobody killed, and there are no others.

| what | killed | minutes | files |
|---|---|---:|---|"""


def main() -> int:
    """Carry out those that are named, all if none are."""
    parser = argparse.ArgumentParser("python -m tests.soaks", description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", choices=[*SOAKS, []], metavar="NAME")
    for name in parser.parse_args().names or SOAKS:
        what, act = SOAKS[name]
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="soak-") as place:
            kills = act(pathlib.Path(place))
        minutes = (time.monotonic() - start) / 60
        said = ", ".join(f"{kind} {count:,} times" for kind, count in sorted(kills.items()))
        row = f"| {what} | {kills.total():,}: {said} | {minutes:.0f} | the same |"
        print(row, flush=True)
        rows = {line.split(" | ")[0]: line for line in section("soaks", PAGE).splitlines()}
        rows[row.split(" | ")[0]] = row
        known = [rows[f"| {what}"] for what, _ in SOAKS.values() if f"| {what}" in rows]
        write_section("soaks", "\n".join([HEAD, *known]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
