"""Facts beside many runs: columns of a table of runs, their score, and a table to be printed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from defection.batch_runs.designs.axes import levels
from defection.batch_runs.scores.distance import LABELS, ScoreError
from defection.batch_runs.scores.facts import Facts
from defection.batch_runs.scores.facts import column as column
from defection.batch_runs.scores.objective import Scoring
from defection.country import Country
from defection.journey.facts import CHECK, FIT, INTERVAL_SDS, Fact, scaled, unscaled

if TYPE_CHECKING:
    from defection.batch_runs.designs import Space


def columns(facts: Facts, values: np.ndarray) -> pd.DataFrame:
    """Return what runs say of facts, [R, F], as columns of a table of runs."""
    return pd.DataFrame(values, columns=facts.columns)


@dataclasses.dataclass(frozen=True)
class FactsObjective(Scoring):
    """The misfit of a point: the mean over its replicates of the sum of squared residuals.

    The score is that of the facts for fitting; that of the facts for checking stands beside it, and
    is never looked at by a search.

    Parameters
    ----------
    facts : Facts
        What was observed.
    over : str
        How replicates are put together: ``mean`` or ``median``.

    Raises
    ------
    ScoreError
        There is no such way.

    Examples
    --------
    >>> facts = Facts.from_country("north_korea")
    >>> runs = columns(facts, facts.observed[None]).assign(point=0)
    >>> FactsObjective(facts)(runs).tolist()
    [0.0]
    """

    facts: Facts
    over: str = "mean"

    @property
    def measured(self) -> Facts:
        """The facts, as columns of each run."""
        return self.facts

    def check(self, country: Country, weeks: int, space: Space) -> None:
        """Refuse facts of another country, or of weeks not run, and a journey off or dated."""
        own = self.facts.country
        same = [
            (one.fingerprint, one.journey and one.journey.fingerprint) for one in (own, country)
        ]
        if same[0] != same[1]:
            raise ScoreError(f"the facts are of other data than those of {country.name}")
        for fact in self.facts.facts:
            if fact.weeks[1] >= weeks:
                raise ScoreError(
                    f"{fact.name} is not run to its end: the runs have {weeks:,} weeks"
                )
        if not space.has_journey:
            raise ScoreError("the journey is off: facts are of those who crossed; set journey = on")
        dated = next(one for one in space.axes if one.name == "interventions")
        self.facts.check_dated(levels(dated))
        wish = [one for one in space.axes if one.name == "united_states_wish"]
        self.facts.check_wish(getattr(one, "value", 1.0) for one in wish)

    def described(self) -> dict[str, Any]:
        """Return the facts by the names of their columns: what each is compared by, and values."""
        compared = {
            column(fact): [fact.sd, fact.scale, fact.use, *fact.weeks] for fact in self.facts.facts
        }
        how = {"name": "facts", "over": self.over, "clock": self.facts.clock, "facts": compared}
        return {"distance": how, "target": {column(fact): fact.value for fact in self.facts.facts}}

    def score_runs(self, runs: pd.DataFrame) -> pd.DataFrame:
        """Return ``fitted``, ``checked`` and ``score`` of each run that has the facts' columns."""
        names = self.facts.columns
        if missing := [name for name in names if name not in runs.columns]:
            raise ScoreError(
                f"the table of runs has no column {missing[0]}: its facts are not measured"
            )
        values = runs[names].to_numpy(float, na_value=np.nan)
        fitted, checked = (self.facts.misfit(values, use) for use in (FIT, CHECK))
        labels = runs[[label for label in LABELS if label in runs.columns]]
        return labels.assign(fitted=fitted, checked=checked, score=fitted)


def facts_table(facts: Facts, values: np.ndarray) -> pd.DataFrame:
    """Return facts beside what runs say of them.

    Parameters
    ----------
    facts : Facts
        What was observed, F facts.
    values : array
        What each run says, [R, F] (or [F], of one run), by :meth:`Facts.measure_ensemble`.

    Returns
    -------
    pandas.DataFrame
        A row per fact: ``fact``, ``observed``, ``low``, ``high`` (as if the interval held nine of
        ten), ``median``, ``p5``, ``p95`` of the runs that say something, ``runs`` of them,
        ``residual`` of the median (in standard deviations; positive where runs have more), ``use``,
        ``source``.

    Raises
    ------
    ScoreError
        There is not one value for each fact.

    Examples
    --------
    >>> facts = Facts.from_country("north_korea").part("fit")
    >>> table = facts_table(facts, facts.observed)
    >>> table["fact"].iloc[0], table["residual"].abs().max().item()
    ('arrivals 1992', 0.0)
    """
    values = np.atleast_2d(np.asarray(values, float))
    if values.ndim != 2 or values.shape[1] != len(facts.facts):
        raise ScoreError(f"there are {values.shape[1]} values for {len(facts.facts)} facts")
    says = ~np.isnan(values)
    quantiles = np.full((3, len(facts.facts)), np.nan)
    for i in np.flatnonzero(says.any(axis=0)):
        quantiles[:, i] = np.quantile(values[says[:, i], i], (0.05, 0.5, 0.95))
    rows = [_interval(fact) for fact in facts.facts]
    table = pd.DataFrame(rows, columns=["fact", "observed", "low", "high"])
    table["median"], table["p5"], table["p95"] = quantiles[1], quantiles[0], quantiles[2]
    table["runs"], table["residual"] = says.sum(axis=0), facts.residuals(quantiles[1])
    return table.assign(use=facts.uses, source=[fact.source for fact in facts.facts])


def _interval(fact: Fact) -> tuple[str, float, float, float]:
    middle, reach = scaled(fact.value, fact.scale), INTERVAL_SDS * fact.sd
    low, high = (float(unscaled(middle + way * reach, fact.scale)) for way in (-1, 1))
    return fact.name, fact.value, max(low, 0.0), min(high, fact.most)


def misfit_by_kind(facts: Facts, values: np.ndarray) -> pd.DataFrame:
    """Return the mean misfit of runs, [R, F], by kind of fact and use.

    Columns: ``fact``, ``use``, ``facts`` (how many), ``misfit`` (mean over runs of the sum of
    squared residuals; about the number of facts where runs are as near as the standard deviations
    say).
    """
    squares = np.atleast_2d(facts.residuals(np.asarray(values, float)) ** 2).mean(axis=0)
    table = pd.DataFrame({
        "fact": [fact.fact for fact in facts.facts], "use": facts.uses, "facts": 1,
        "misfit": squares,
    })  # fmt: skip
    return table.groupby(["fact", "use"], sort=False, as_index=False).sum()
