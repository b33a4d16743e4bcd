"""Say what the searches found: ``python scripts/describe_search.py`` renews the tables of ``docs/search.md`` and its picture.

Every figure is computed from the shipped regions (``replication/found``) and from runs made here,
by the parts in ``search_page``.
"""

from __future__ import annotations

import pathlib

import pandas as pd

from defection import Parameters
from defection.batch_runs import run_ensemble
from defection.batch_runs.searches import MemoryEvaluation
from defection.views.app.presets import presets
from search_page.common import RUNS, SEED
from search_page.compared import compared, recovery
from search_page.mechanisms import levers, who
from search_page.nearness import by_year, from_nothing, scores
from search_page.picture import picture
from search_page.places import statements, winners
from search_page.walk import walk

ROOT = pathlib.Path(__file__).parent.parent
PAGE, PICTURE = ROOT / "docs" / "search.md", ROOT / "docs" / "images" / "search.png"
REPORTED = "The paper's reported values"
"""Name of the preset with the values that the paper reports."""
BEGIN, END = "<!-- {}: made by scripts/describe_search.py -->\n", "<!-- end of {} -->\n"


def sections() -> dict[str, str]:
    """Return the text of every generated part of the page, and draw the picture."""
    p = Parameters()
    reported = next(preset for preset in presets() if preset.name == REPORTED).parameters()
    points = pd.DataFrame([p.as_dict(), reported.as_dict()])
    runs = MemoryEvaluation(SEED)(points, RUNS)
    default, reported_runs = (
        runs[runs["point"] == point].reset_index(drop=True) for point in range(2)
    )
    data = run_ensemble(
        p, range(1, 41), record=["weekly_by_province", "states_by_province"], threads=1
    )
    data.attrs["memory"] = p.memory_weeks
    picture(default, data, PICTURE)
    return {
        "scores": scores(default, reported_runs),
        "baseline": from_nothing(),
        "years": by_year(default, data),
        "winners": winners(),
        "statements": statements(),
        "readings": compared(),
        "recovery": recovery(),
        "walk": walk(),
        "levers": levers(p),
        "who": who(p),
    }


def main() -> None:
    """Renew the page in place."""
    text = PAGE.read_text(encoding="utf-8")
    for name, section in sections().items():
        begin, end = BEGIN.format(name), END.format(name)
        start, stop = text.index(begin) + len(begin), text.index(end)
        text = text[:start] + "\n" + section + "\n\n" + text[stop:]
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
