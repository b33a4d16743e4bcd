"""What each mechanism does where law and journey are fitted together."""

from __future__ import annotations

import math

from defection.replication.journey_regions import CIRCLES, FITS, TWENTY, TWENTY_TIGHTENING
from defection.replication.journey_verdicts import Row, regions_by_split
from defection.replication.markdown import number, table
from defection.replication.result import Tables

BESIDE = (
    ("hearing nationwide", "free"), ("history of control", "free"), ("tightening", "free"),
    ("two rates", "free"), ("discontent", "free"), ("proportional", "free"),
    (CIRCLES, "history of control"), (TWENTY, "free"), (TWENTY_TIGHTENING, TWENTY),
    (TWENTY_TIGHTENING, "tightening"),
)  # fmt: skip
"""Regions with a mechanism more, and the region without it."""
HOLDS = {one.name for one in FITS.values() if one.holds}
"""Those that hold the region without it: they cannot fit worse."""

RULE = (
    "A mechanism helps if the mean misfit of the facts for fitting is lower with it than without "
    "by more than two standard errors of the difference (of two independent means over the fresh "
    "seeds), and that of the facts for checking is not higher by so much; it fits what it was "
    "fitted to if only the first is so; else it makes no difference, or fits worse. A region that "
    "holds the other one cannot fit worse: there nothing better was found, by a search of this "
    "length."
)
"""Written before the searches of the mechanisms alone were run."""
HELPS, ONLY, SAME = "helps", "fits only what it was fitted to", "makes no difference"
WORSE, SHORT = "fits worse", "nothing better was found"


def text(tables: Tables) -> str:
    """Return the table of mechanisms, and the rule by which it judges."""
    regions, count = regions_by_split(tables), tables["journey.json"]["fresh"]
    rows = [
        (name, beside, f"{own.searched - without.searched:+d}",
         *(_said(own, without, use, count) for use in ("fitted", "checked")),
         f"{number(own.rms_late)} ({number(without.rms_late)})",
         judged(own, without, count, holds=name in HOLDS))
        for name, beside in BESIDE
        if (own := regions.get(name)) and (without := regions.get(beside))
    ]  # fmt: skip
    if not rows:
        return ""
    head = ["with", "beside", "parameters", "misfit, fitted facts", "checked facts",
            "RMS 2009-2014 (without)", "verdict"]  # fmt: skip
    return f"### What each mechanism does here\n\n{RULE}\n\n" + table(head, rows)


def difference(own: Row, without: Row, use: str, count: int) -> tuple[float, float]:
    """Return how much higher the mean misfit of some facts is, and its standard error."""
    sds = [float(getattr(row, f"{use}_sd")) for row in (own, without)]
    mean = float(getattr(own, use)) - float(getattr(without, use))
    return mean, math.hypot(*sds) / math.sqrt(count)


def judged(own: Row, without: Row, count: int, holds: bool) -> str:
    """Return the verdict on a mechanism by :data:`RULE`.

    Examples
    --------
    >>> import collections
    >>> row = collections.namedtuple("Scores", "fitted fitted_sd checked checked_sd")
    >>> judged(row(90, 10, 80, 10), row(100, 10, 80, 10), count=50, holds=True)
    'helps'
    """
    fitted, checked = (difference(own, without, use, count) for use in ("fitted", "checked"))
    if fitted[0] < -2 * fitted[1]:
        return HELPS if checked[0] <= 2 * checked[1] else ONLY
    if fitted[0] <= 2 * fitted[1]:
        return SAME
    return SHORT if holds else WORSE


def _said(own: Row, without: Row, use: str, count: int) -> str:
    mean, error = difference(own, without, use, count)
    return f"{mean:+,.0f} ± {error:,.0f}"
