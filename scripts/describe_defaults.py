"""Say what the default parameters do: ``python scripts/describe_defaults.py`` renews section 1.4 of ``docs/odd.md`` and the README's picture.

Every figure of that section is computed here, from 1,000 runs; a test compares.
"""

from __future__ import annotations

import pathlib

import numpy as np
import xarray as xr

from defection import DefectionModel, Parameters
from defection.batch_runs import run_ensemble, summary
from defection.country import load
from defection.views.run_figure import run_figure

PICTURE = pathlib.Path(__file__).parent.parent / "docs" / "images" / "run.png"
ODD = pathlib.Path(__file__).parent.parent / "docs" / "odd.md"
BEGIN, END = "<!-- made by scripts/describe_defaults.py -->\n", "<!-- end -->\n"
RUNS = 1000
COUNTRY = "north_korea"


def between(values: xr.DataArray | np.ndarray, form: str = ",.0f") -> str:
    """Return ``median (5 % to 95 %)`` over runs."""
    low, middle, high = np.quantile(np.asarray(values, float), [0.05, 0.5, 0.95])
    return f"{middle:{form}} ({low:{form}} to {high:{form}})"


def share(part: xr.DataArray, whole: xr.DataArray) -> str:
    """Return a share of attempts over runs, in percent."""
    return between(100 * part / whole, ".1f") + " %"


def section() -> str:
    """Return the text between the marks."""
    record = ["yearly", "weekly_by_province", "by_status", "by_settlement", "by_age", "by_gender"]
    data = run_ensemble({}, range(1, RUNS + 1), country=COUNTRY, record=record)
    full = run_ensemble({"memory_weeks": 1196}, range(1, RUNS + 1), country=COUNTRY)
    p, country = Parameters(), load(COUNTRY)
    even = p.prior_alpha + p.prior_beta
    wary = {"prior_alpha": p.initial_repression * even, "prior_beta": (1 - p.initial_repression) * even}
    realist = run_ensemble(wary, range(1, RUNS + 1), country=COUNTRY)
    successes = data["weekly_successes_by_province"]
    weekly = successes.sum("province")
    attempts = data["weekly_attempts_by_province"]
    total = attempts.sum(["week", "province"])
    crossed = (attempts > p.tolerated_attempts).any(["week", "province"])
    women = data["yearly_attempts_by_gender"].sel(gender="female")
    border = [name for name, weight in zip(country.provinces, country.border, strict=True) if weight]
    recorded = {year: number for year, number, _ in country.record}
    median_2005 = float(data["yearly_successes"].sel(year=2005).median())
    fallen = int(((data["yearly_successes"].sel(year=2014) < data["yearly_successes"].sel(year=2011)) & ~data["stopped_early"]).sum())
    return f"""```text
{summary.text(data, COUNTRY)}
```

This is what `defection ensemble` prints (seeds 1 to {RUNS:,}; 5 % and 95 % are quantiles over runs, and a run that has stopped is left out
of later years). Below, figures are medians over these runs, with their 5 % and 95 % quantiles in brackets.

* **A burst in the first week.** The prior belief has the mean {p.prior_mean:.3f}, more optimistic than repression, {p.initial_repression}.
  Before anybody has learned anything, week 0 alone sees {between(attempts.isel(week=0).sum("province"))} attempts, of which
  {between(weekly.isel(week=0))} succeed; the other 51 weeks of 1992 have {between(weekly.isel(week=slice(1, 52)).sum("week"))} successes.
  With a prior of the same weight and the mean {p.initial_repression} the median of all 23 years together is
  {float(realist["yearly_successes"].sum("year").median()):,.0f} successes.
* **An echo.** The burst is forgotten after {p.memory_weeks} weeks, in early 1999. The 52 weeks after that have
  {between(weekly.isel(week=slice(370, 422)).sum("week"))} successes, the 52 weeks before
  {between(weekly.isel(week=slice(318, 370)).sum("week"))}. With full memory (`memory_weeks=1196`) 1999 has
  {between(full["yearly_successes"].sel(year=1999))} successes and {int(full["stopped_early"].sum()):,} of {RUNS:,} runs stop early. So the
  agreement with the record in 1999 is no evidence for the model.
* **A late, erratic rise.** The median of 2005 is {100 * median_2005 / recorded[2005]:.0f} % of the record. After 2010 the flow
  comes in outbreaks whose size depends on the seed. Of the runs that do not stop early, {fallen:,} of {int((~data["stopped_early"]).sum()):,}
  have fewer successes in 2014 than in 2011, as the record has.
* **The tolerated number is passed.** In {int(crossed.sum()):,} of {RUNS:,} runs some province passes {p.tolerated_attempts} attempts in some
  week, unlike pattern P3.
* **The wrong people.** {share(data["yearly_attempts_by_status"].sel(status="high").sum("year"), total)} of the attempts of a run are made by
  citizens of high status, {share(data["yearly_attempts_by_settlement"].sel(settlement="urban").sum("year"), total)} by townspeople,
  {share(data["yearly_attempts_by_age"].sel(age="old").sum("year"), total)} by those aged 60 and over: motivation decides nearly everything,
  and as printed it is highest in the towns and at high status. Women make {share(women.sum("year"), total)} of the attempts. The
  {len(border)} border provinces have {share(successes.sel(province=border).sum(["week", "province"]), successes.sum(["week", "province"]))} of
  the successes.
"""


def main() -> None:
    """Renew the section in place."""
    text = ODD.read_text(encoding="utf-8")
    start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    run_figure(DefectionModel(seed=2).run()).savefig(PICTURE, dpi=80)
    ODD.write_text(text[:start] + "\n" + section() + "\n" + text[end:], encoding="utf-8")


if __name__ == "__main__":
    main()
