"""Try generated bad inputs: ``python scripts/try_bad_inputs.py``; writes a section of a page.

Twenty thousand country folders, designs, points, spaces, targets, interventions, settings, options,
links and damaged folders of results, each handed to the command in a folder of its own. What is
wrong is printed with its files; the page (docs/reliability.md, *Bad inputs*) says how many of each
kind ended how. They need the clone: the cases are those of ``tests/bad_inputs``.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import time
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from reliability_page import write_section

from tests.bad_inputs.cases import COUNTRY, KINDS
from tests.bad_inputs.hunt import hunt
from tests.bad_inputs.judge import Case

TENTHS = {"country": 150, "design": 60, "points": 60, "link": 400}
"""Examples of a kind in two thousand; 190 of any other."""

WORDS = {
    "country": "country folders", "design": "design files", "points": "files of points",
    "space": "spaces of a search", "target": "targets", "interventions": "interventions",
    "setting": "`--set NAME=VALUE`", "flag": "options", "link": "links to the app",
    "folder": "damaged folders of results",
}  # fmt: skip


def shown(said: str, case: Case) -> str:
    """Return a complaint with the files that led to it."""
    changed = {name: body for name, body in case.files.items() if COUNTRY.get(name) != body}
    text = "".join(f"--- {name}\n{body[:600]!r}\n" for name, body in changed.items())
    act = "a call" if callable(case.act) else " ".join(map(str, case.act))[:300]
    return f"{case.kind}: {said}\n  {act}\n{text if case.kind != 'folder' else ''}"


def main() -> int:
    """Try them, write the section, and return 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--examples", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", action="append", choices=KINDS, help="only these; no page")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    lines, sums, start = [], [0, 0, 0, 0], time.monotonic()
    for kind in options.kind or KINDS:
        examples = options.examples * TENTHS.get(kind, 190) // 2000
        ends, wrong = hunt(KINDS[kind], examples, options.seed)
        for said, case in wrong.items():
            print(shown(said, case), flush=True)
        counts = [ends.total(), ends["refused"], ends["accepted"], ends["wrong"]]
        sums = [a + b for a, b in zip(sums, counts, strict=True)]
        lines.append(f"| {WORDS[kind]} | {' | '.join(f'{count:,}' for count in counts)} |")
        print(lines[-1], flush=True)
    lines.append(f"| all | {' | '.join(f'{count:,}' for count in sums)} |")
    if not options.kind:
        minutes = (time.monotonic() - start) / 60
        text = TEXT.format(rows="\n".join(lines), seed=options.seed, minutes=minutes)
        write_section("bad inputs", text)
    return min(1, sums[3])


TEXT = """Good files are changed in up to three points each: quotes, separators, digits of other
scripts, line ends, encodings, columns twice, lines that are missing, numbers too large, deep
nesting, names that do not exist, plans changed and signed again. Each is handed to its command. It
must be refused with status 1 or 2 and one line that names what is wrong (behind one that says
what is damaged, where something is), leaving nothing behind; or
be accepted, and then what the model holds must be what an independent reading of the files says
(Python's `csv` with `strict=True`, `tomllib`, `decimal`). A traceback, more than ten seconds,
another value, several lines, or a file left behind is wrong.

| kind | tried | refused in one line | accepted and meant | wrong |
|---|---:|---:|---:|---:|
{rows}

`python scripts/try_bad_inputs.py`, seed {seed}, {minutes:.0f} minutes on one core of a busy
machine. Two thousand others are tried in the suite.
"""

if __name__ == "__main__":
    raise SystemExit(main())
