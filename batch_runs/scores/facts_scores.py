"""Facts beside many runs: columns of a table of runs, their score, and a table to be printed."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pandas as pd

from defection.batch_runs.scores.distance import LABELS, ScoreError
from defection.batch_runs.scores.facts import Facts
from defection.batch_runs.scores.objective import Scoring
from defection.journey.facts import CHECK, FIT, INTERVAL_SDS, Fact, scaled, unscaled


def column(fact: Fact) -> str:
    """Return the column of a table of runs that holds what they say of a fact."""
    return "fact_" + re.sub(r"[^a-z0-9]+", "_", fact.name.lower()).strip("_")


def columns(facts: Facts, values: np.ndarray) -> pd.DataFrame:
    """Return what runs say of facts, [R, F], as columns of a table of runs."""
    return pd.DataFrame(values, columns=[column(fact) for fact in facts.facts])


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

    def score_runs(self, runs: pd.DataFrame) -> pd.DataFrame:
        """Return ``fitted``, ``checked`` and ``score`` of each run that has the facts' columns."""
        names = [column(fact) for fact in self.facts.facts]
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
    return table.assign(
        median=quantiles[1],
        p5=quantiles[0],
        p95=quantiles[2],
        runs=says.sum(axis=0),
        residual=facts.residuals(quantiles[1]),
        use=facts.uses,
        source=[fact.source for fact in facts.facts],
    )


def _interval(fact: Fact) -> tuple[str, float, float, float]:
    middle, reach = scaled(fact.value, fact.scale), INTERVAL_SDS * fact.sd
    low, high = (float(unscaled(middle + way * reach, fact.scale)) for way in (-1, 1))
    return fact.name, fact.value, max(low, 0.0), min(high, fact.most)


def misfit_by_kind(facts: Facts, values: np.ndarray) -> pd.DataFrame:
    """Return the mean misfit of runs, [R, F], by kind of fact and use.

    Returns
    -------
    pandas.DataFrame
        ``fact``, ``use``, ``facts`` (how many), ``misfit`` (mean over runs of the sum of squared
        residuals; about the number of facts where runs are as near as the standard deviations say).
    """
    squares = np.atleast_2d(facts.residuals(np.asarray(values, float)) ** 2).mean(axis=0)
    table = pd.DataFrame({
        "fact": [fact.fact for fact in facts.facts], "use": facts.uses, "facts": 1,
        "misfit": squares,
    })  # fmt: skip
    return table.groupby(["fact", "use"], sort=False, as_index=False).sum()


def facts_text(table: pd.DataFrame) -> str:
    """Return a table of facts as lines of text."""
    width = max(len(name) for name in table["fact"])
    head = f"{'fact':{width}}  {'observed':>9}  {'interval':>19}  {'median':>9}  {'5 to 95 %':>19}"
    lines = [f"{head}  residual  use"]
    for row in table.itertuples(index=False):
        ends = [f"{_short(a)} - {_short(b)}" for a, b in ((row.low, row.high), (row.p5, row.p95))]
        lines.append(
            f"{row.fact:{width}}  {_short(row.observed):>9}  {ends[0]:>19}  {_short(row.median):>9}"
            f"  {ends[1]:>19}  {row.residual:+8.1f}  {row.use}"
        )
    return "\n".join(lines)


def _short(value: float) -> str:
    if np.isnan(value):
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
