"""Try generated bad inputs: ``python -m tests.bad_inputs``; writes a section of a page.

Twenty thousand country folders, designs, points, spaces, targets, interventions, settings, options,
links and damaged folders of results, each handed to the command in a folder of its own. What is
wrong is printed with its files; the page (docs/reliability.md, *Bad inputs*) says how many of each
kind ended how.
"""

import argparse
import itertools
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor

from tests.bad_inputs.cases import KINDS
from tests.bad_inputs.trial import tried
from tests.reliability_page import write_section

WORDS = {
    "country": "country folders", "design": "design files", "points": "files of points",
    "space": "spaces of a search", "target": "targets", "interventions": "interventions",
    "setting": "`--set NAME=VALUE`", "flag": "command lines", "link": "links to the app",
    "folder": "damaged folders of results",
}  # fmt: skip


def main() -> int:
    """Try them, write the section, and return 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--examples", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2, help="kinds tried side by side")
    parser.add_argument("--kind", action="append", choices=KINDS, help="only these; no page")
    options = parser.parse_args()
    kinds, start = options.kind or list(KINDS), time.monotonic()
    lines, sums = [], [0, 0, 0, 0]
    with ProcessPoolExecutor(options.processes, multiprocessing.get_context("spawn")) as pool:
        every = (itertools.repeat(one) for one in (options.examples, options.seed))
        for kind, (counts, wrong) in zip(kinds, pool.map(tried, kinds, *every), strict=False):
            print(*wrong, sep="\n", end="", flush=True)
            sums = [a + b for a, b in zip(sums, counts, strict=True)]
            lines.append(f"| {WORDS[kind]} | {' | '.join(f'{count:,}' for count in counts)} |")
            print(lines[-1], flush=True)
    lines.append(f"| all | {' | '.join(f'{count:,}' for count in sums)} |")
    if not options.kind:
        minutes = (time.monotonic() - start) / 60
        text = TEXT.format(rows="\n".join(lines), minutes=minutes, **vars(options))
        write_section("bad inputs", text)
    return min(1, sums[3])


TEXT = """Good files are changed in up to three points each: quotes, separators, digits of other
scripts, line ends, encodings, columns twice, lines that are missing, numbers too large, deep
nesting, names that do not exist, plans changed and signed again; options of the command line, as
its parser has them, are combined with values of all kinds. Each is handed to its command. It
must be refused with status 1 or 2 and one line that names what is wrong (behind one that says
what is damaged, where something is), leaving nothing behind; or
be accepted, and then what the model holds must be what an independent reading of the files says
(Python's `csv` with `strict=True`, `tomllib`, `decimal`). A traceback, more than ten seconds,
another value, several lines, or a file left behind is wrong.

| kind | tried | refused in one line | accepted and meant | wrong |
|---|---:|---:|---:|---:|
{rows}

`python -m tests.bad_inputs`, seed {seed}, {minutes:.0f} minutes, {processes} kinds at a time
on a busy machine; no two cases are the same. Two thousand others are tried in the suite.
"""

if __name__ == "__main__":
    raise SystemExit(main())
