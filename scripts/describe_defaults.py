"""Say what the default parameters do: ``python scripts/describe_defaults.py`` renews section 1.4 of ``docs/odd.md``, the README and its picture.

Every figure of these texts is computed here, from runs, or read from what
``scripts/find_baseline.py`` wrote; a test compares.
"""

from __future__ import annotations

import functools
import json
import pathlib

import numpy as np
import pandas as pd
import xarray as xr

from defection import DefectionModel, Parameters
from defection.batch_runs import run_ensemble, summary
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import MemoryEvaluation
from defection.country import load
from defection.replication.best_regions import FOUND
from defection.views.app.presets import presets
from defection.views.figures.run import run_figure

ROOT = pathlib.Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "images" / "run.png"
ODD, README = ROOT / "docs" / "odd.md", ROOT / "README.md"
BEGIN, END = "<!-- made by scripts/describe_defaults.py -->\n", "<!-- end -->\n"
RUNS, FEWER = 1000, 200
"""Runs with the defaults, and of what they are compared with and scored by."""
COUNTRY = "north_korea"
REPORTED = "The paper's reported values"
"""Name of the preset with the values that the paper reports."""


def between(values: xr.DataArray | np.ndarray, form: str = ",.0f") -> str:
    """Return ``median (5 % to 95 %)`` over runs."""
    low, middle, high = np.quantile(np.asarray(values, float), [0.05, 0.5, 0.95])
    return f"{middle:{form}} ({low:{form}} to {high:{form}})"


def share(part: xr.DataArray, whole: xr.DataArray) -> str:
    """Return a share of attempts over runs, in percent."""
    return between(100 * part / whole, ".1f") + " %"


@functools.cache
def scored() -> pd.DataFrame:
    """Return what the defaults and the paper's reported values score, on seeds of their own."""
    reported = next(preset for preset in presets() if preset.name == REPORTED).parameters()
    points = pd.DataFrame([Parameters().as_dict(), reported.as_dict()])
    return (
        Objective(Target.from_country(COUNTRY))
        .score_points(MemoryEvaluation(78)(points, FEWER))
        .assign(name=["defaults", "reported"])
    )


@functools.cache
def defaults() -> xr.Dataset:
    """Return the runs with the defaults."""
    record = [
        "yearly",
        "weekly_by_province",
        "states_by_province",
        "by_status",
        "by_settlement",
        "by_age",
        "by_gender",
    ]
    return run_ensemble({}, range(1, RUNS + 1), country=COUNTRY, record=record)


def changed(**changes: object) -> xr.Dataset:
    """Return runs with one parameter changed, with the first seeds of those with the defaults."""
    return run_ensemble(changes, range(1, FEWER + 1), country=COUNTRY)


def total(data: xr.Dataset, first: int, last: int) -> xr.DataArray:
    """Return the successes of some years, by run."""
    return data["yearly_successes"].sel(year=slice(first, last)).sum("year")


def recorded(first: int, last: int) -> int:
    """Return the record's sum over some years."""
    return sum(number for year, number, _ in load(COUNTRY).observed if first <= year <= last)


def section() -> str:
    """Return the text between the marks of the description."""
    data = defaults()
    p, country = Parameters(), load(COUNTRY)
    scores = scored().set_index("name")
    found = json.loads((FOUND / "baseline.json").read_text(encoding="utf-8"))
    successes = data["weekly_successes_by_province"]
    weekly = successes.sum("province")
    attempts = data["weekly_attempts_by_province"]
    everyone = attempts.sum(["week", "province"])
    crossed = (attempts > p.tolerated_attempts).any("province")
    late = crossed.isel(week=slice(52, None)).any("week")
    women = data["yearly_attempts_by_gender"].sel(gender="female")
    border = [
        name for name, weight in zip(country.provinces, country.border, strict=True) if weight
    ]
    fallen = int(
        (
            (data["yearly_successes"].sel(year=2014) < data["yearly_successes"].sel(year=2011))
            & ~data["stopped_early"]
        ).sum()
    )
    low, high = (data["yearly_successes"].quantile(q, "run") for q in (0.05, 0.95))
    inside = [
        year
        for year, number, _ in country.observed
        if float(low.sel(year=year)) <= number <= float(high.sel(year=year))
    ]
    repression = data["weekly_repression_by_province"].isel(week=-1).mean("province")
    alpha, beta = (
        data[f"weekly_belief_{side}_by_province"].isel(week=-1) for side in ("alpha", "beta")
    )
    belief = (alpha / (alpha + beta)).mean("province")
    full, fixed, quiet = (
        changed(memory_weeks=1196),
        changed(adjustment_rate=0.0),
        changed(famine_years="none"),
    )
    turn = p.memory_weeks
    peak = data["yearly_successes"].median("run").idxmax("year")
    return f"""```text
{summary.text(data, COUNTRY)}
```

This is what `defection ensemble` prints (seeds 1 to {RUNS:,}; 5 % and 95 % are quantiles over runs, and a run that has stopped is left out
of later years). Below, figures are medians over these runs, with their 5 % and 95 % quantiles in brackets; where a
parameter is changed, over the first {FEWER} seeds.

* **How near it comes.** The root mean square over years of √run - √record is {spread(scores.loc["defaults"])} (mean and standard deviation
  over {FEWER} runs with other seeds), and {share_stopped(scores.loc["defaults"])} of the runs stop early. With the values that the paper reports (and, for gamma1, gamma2
  and s, those of an early quick search; a preset of the app) it is {spread(scores.loc["reported"])}, and {share_stopped(scores.loc["reported"])} stop
  early. On records that it made itself the baseline scores {found["rounded_scores"]["noise_floor"]:.1f}: a model that is right would come as near as
  that. The record lies between the 5 % and the 95 % quantile in {len(inside)} of {len(country.observed)} years{named(inside)}.
* **Too many before 1999.** 1992 to 1998 have {between(total(data, 1992, 1998))} successes together; the record has {recorded(1992, 1998):,}.
  The prior belief has the mean {p.prior_mean:.3f}, more optimistic than repression, {p.initial_repression}: week 0 alone sees
  {between(attempts.isel(week=0).sum("province"))} attempts, of which {between(weekly.isel(week=0))} succeed.
* **A rise made by falling repression and by forgetting.** 2005 to 2010 have {between(total(data, 2005, 2010))} successes (record:
  {recorded(2005, 2010):,}). If repression stays (`adjustment_rate=0`) they have {between(total(fixed, 2005, 2010))}. The failures of the first
  weeks are forgotten after {turn} weeks: the 52 weeks before have {between(weekly.isel(week=slice(turn - 52, turn)).sum("week"))} successes, the 52
  after {between(weekly.isel(week=slice(turn, turn + 52)).sum("week"))}; with full memory (`memory_weeks=1196`) 2005 to 2010 have
  {between(total(full, 2005, 2010))}.
* **Not by the famine.** Without it (`famine_years=none`) 1995 to 1998 have {between(total(quiet, 1995, 1998))} successes instead of
  {between(total(data, 1995, 1998))}, and 2005 to 2010 {between(total(quiet, 2005, 2010))}.
* **A slow fall, not a turn.** The median is highest in {int(peak)}. 2012 to 2014 have {between(total(data, 2012, 2014) / total(data, 2009, 2011), ".2f")} times the successes of 2009
  to 2011; the record {recorded(2012, 2014) / recorded(2009, 2011):.2f} times. Of the runs that do not stop early, {fallen:,} of
  {int((~data["stopped_early"]).sum()):,} have fewer successes in 2014 than in 2011, as the record has: new failures deter, while repression goes on
  falling and nothing raises it. What came about after 2011, a tighter border, is not in the model.
* **Repression falls** from {p.initial_repression} to {between(repression, ".2f")}; the mean of the belief ends at {between(belief, ".2f")}. In
  {int(crossed.any("week").sum()):,} of {RUNS:,} runs some province passes {p.tolerated_attempts} attempts in some week,
  in {int(late.sum()):,} after 1992; in the paper's best runs none does (pattern P3).
* **The wrong people.** {share(data["yearly_attempts_by_status"].sel(status="high").sum("year"), everyone)} of the attempts of a run are made by
  citizens of high status, {share(data["yearly_attempts_by_settlement"].sel(settlement="urban").sum("year"), everyone)} by townspeople,
  {share(data["yearly_attempts_by_age"].sel(age="old").sum("year"), everyone)} by those aged 60 and over: motivation decides nearly everything,
  and as printed it is highest in the towns and at high status. Women make {share(women.sum("year"), everyone)} of the attempts. The
  {len(border)} border provinces have {share(successes.sel(province=border).sum(["week", "province"]), successes.sum(["week", "province"]))} of
  the successes.
"""


def spread(score: pd.Series) -> str:
    """Return a mean score with its standard deviation over runs."""
    return f"{score['score']:.1f} ± {score['spread']:.1f}"


def share_stopped(score: pd.Series) -> str:
    """Return the share of runs that stopped early."""
    return f"{100 * score['stopped']:.1f} %"


def named(years: list[int]) -> str:
    """Return years in brackets, runs of them as spans."""
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][1] + 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    words = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)
    return f" ({words})" if words else ""


def readme() -> str:
    """Return the text between the marks of the README."""
    data, scores = defaults(), scored().set_index("name")
    found = json.loads((FOUND / "baseline.json").read_text(encoding="utf-8"))
    return f"""The default parameters are the **baseline**: the best region that [`scripts/find_baseline.py`](scripts/find_baseline.py) found from nothing
in {found["runs"]:,} runs, rounded. Its distance from the record (root mean square over years of √run − √record; mean and standard deviation over {FEWER} runs) is
{spread(scores.loc["defaults"])}, and {share_stopped(scores.loc["defaults"])} of the runs stop early in an unrealistic cascade. With the values that the paper reports (a preset of the app) it
is {spread(scores.loc["reported"])}, and {share_stopped(scores.loc["reported"])} stop early; a model that is right would score about {found["rounded_scores"]["noise_floor"]:.0f}.

* **Where it comes near:** the size of the flow, {between(total(data, 1992, 2014))} successes in 23 years (record: {recorded(1992, 2014):,}), and its height from 2005 to
  2010 ({between(total(data, 2005, 2010))}; record: {recorded(2005, 2010):,}).
* **What it does not reproduce:** the near silence before 1999 ({between(total(data, 1992, 1998))} successes; record: {recorded(1992, 1998):,}), the gradual rise (2002:
  {between(total(data, 2002, 2002))}; record: {recorded(2002, 2002):,}), the fall after 2011 (2012 to 2014 have {between(total(data, 2012, 2014) / total(data, 2009, 2011), ".2f")} times the successes of 2009
  to 2011; record: {recorded(2012, 2014) / recorded(2009, 2011):.2f}), and who leaves.

(Medians over runs, 5 % and 95 % quantiles in brackets.) The values are not those of the paper's good region, and other regions come as
near: [section 1.4 of the description](docs/odd.md) and [the search](docs/search.md) say more.
"""


TEXTS = {ODD: section, README: readme}
"""What is written where."""


def main() -> None:
    """Renew the texts and the picture in place."""
    run_figure(DefectionModel(seed=2).run()).savefig(PICTURE, dpi=80)
    for page, write in TEXTS.items():
        text = page.read_text(encoding="utf-8")
        start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
        page.write_text(text[:start] + "\n" + write() + "\n" + text[end:], encoding="utf-8")


if __name__ == "__main__":
    main()
