"""A virtual survey: many runs, in each a sample of the people in China, and its margins."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from defection import counties, readings
from defection.batch_runs.ensemble import stream_ensemble
from defection.batch_runs.scores.facts import RECORD, crossings_by_run
from defection.batch_runs.scores.facts_of_run import FollowedRun
from defection.batch_runs.survey import functions, margins, statements
from defection.batch_runs.survey.interview import Interview, draw_traits, respondents
from defection.batch_runs.survey.parts import Sample, SurveyParts
from defection.batch_runs.survey.published import Published, published
from defection.batch_runs.survey.settings import SurveyError, prepared
from defection.checks import whole
from defection.country import Country
from defection.parameters import Parameters
from defection.progress import Progress, reporting
from defection.streams import checked_seed

if TYPE_CHECKING:
    import xarray as xr

BATCH = 10
"""Runs that are in memory together, and kept as a part together."""
MOST_RUNS = 100_000
MOST_ROWS = 5_000_000
SETS_AT_LEAST = 25
"""Sets of coefficients that each sample is asked with at least; all runs together have all."""

LABELS = ("run", "seed", "respondent")
FUNCTIONS = ("coefficient_set", "distress_rank", "employed", "wished_destination")


@dataclasses.dataclass(frozen=True, eq=False)
class Survey:
    """What a virtual survey found.

    Parameters
    ----------
    respondents : DataFrame
        A row per respondent of every run.
    classes : mapping
        The class of each column of it: label, simulated, drawn or function.
    margins : DataFrame
        Published margins beside those of the samples.
    statements : DataFrame
        Statements of the text, and the share of samples and sets of coefficients that show them.
    about : mapping
        Settings, parameters, seeds, and what is needed to repeat it.

    Examples
    --------
    >>> from defection.batch_runs.survey import run_survey
    >>> found = run_survey(runs=1, size=20)
    >>> found.classes["gender"], found.classes["schooling"], found.classes["distress_rank"]
    ('simulated', 'drawn', 'function')
    """

    respondents: pd.DataFrame
    classes: Mapping[str, str]
    margins: pd.DataFrame
    statements: pd.DataFrame
    about: Mapping[str, Any]


def run_survey(
    parameters: Any = None,
    *,
    runs: int = 200,
    seed: int = 1,
    first: str = "2004-08",
    last: str = "2005-09",
    size: int = 1346,
    clock: str = "first",
    inclusion: float = 0.0,
    at: str = "",
    country: Any = "north_korea",
    threads: int | None = None,
    parts: str | pathlib.Path | None = None,
    progress: bool | Progress = False,
) -> Survey:
    """Survey the people who are in China, in each of many runs.

    Parameters
    ----------
    parameters : Parameters or mapping, or a list of them, optional
        Of all runs; the journey is on. Of several, such as the draws of a posterior, each run has
        the next, and the first comes again after the last.
    runs : int
        How many.
    seed : int
        The seed of the first run; the others follow it.
    first, last : str
        First and last month of the interviews, such as ``2004-08``.
    size : int
        Respondents of each run.
    clock : str
        The entry from which time in China counts: ``first`` or ``last``.
    inclusion : float
        A year longer in China (by the clock) makes it exp(``inclusion``) times as likely to be
        met: above 0 those who are there for long are easier to find. 0 meets all alike.
    at : str
        What the point is called, in the page and the manifest.
    country : str or path
        A country with a journey and a survey.
    threads : int, optional
        For the runs; one for each core if left out. The results do not depend on it.
    parts : path, optional
        A folder in which what is done is kept, so that the same call goes on after an end. It
        stays: remove it when its results are written. Where this fails for good, it is removed.
    progress : bool or function
        True shows a bar; a function is called as ``progress(runs done, runs)``.

    Returns
    -------
    Survey
        Respondents, margins and statements. The same settings give the same numbers.

    Raises
    ------
    SurveyError
        A setting is wrong, or in no run anybody is in China in these months.
    ParameterError, CountryError, SeedError
        There is no such parameter, journey, survey or seed.

    Examples
    --------
    >>> found = run_survey(runs=2, size=50)
    >>> found.respondents["run"].value_counts().tolist()
    [50, 50]
    >>> sorted(set(found.margins["class"]))
    ['another survey', 'drawn', 'not modelled', 'set', 'simulated']
    """
    loaded, interview, points = prepared(
        parameters, first, last, size, clock, country, inclusion=inclusion
    )
    number = whole("runs", runs, most=MOST_RUNS, error=SurveyError)
    if number * size > MOST_ROWS:
        raise SurveyError(
            f"runs = {number:,} of size = {size:,} are {number * size:,} respondents, more than "
            f"{MOST_ROWS:,}"
        )
    found, begin = published(country, loaded), checked_seed(seed)
    seeds = range(begin, begin + number)
    each = [points[n % len(points)] for n in range(number)]
    functions.check(found)
    sets = functions.admissible(found, functions.SETS, _rng(begin, 0))
    settings = {"runs": number, "seed": begin, "from": first, "to": last, "size": interview.size}
    own = {"inclusion": interview.inclusion, "at": at}
    stated = {name: value for name, value in own.items() if value}
    settings |= {"clock": clock, **stated}
    interviews = _Interviews(loaded, points[:number], number, interview, found, sets)

    def batches(done: int) -> Iterator[xr.Dataset]:
        return stream_ensemble(
            each[done:], seeds[done:], batch=BATCH, record=RECORD, country=loaded,
            weeks=interview.last + 1, threads=threads,
        )  # fmt: skip

    stream = batches(0)  # which checks before anything is kept
    kept = SurveyParts.opened(parts, _fixed(settings, points, loaded, found))
    for sample in kept.samples(BATCH, number):
        interviews.take(sample)
    with reporting(progress, total=number) as report:
        report(done := interviews.done, number)
        if done:
            stream = batches(done) if done < number else iter(())
        for data in stream:
            samples, first_run = list[Sample](), interviews.done
            for own_seed, crossed in zip(
                data["seed"].to_numpy(), crossings_by_run(data), strict=True
            ):
                samples.append(interviews.add(int(own_seed), *crossed))
                report(interviews.done, number)
            kept.keep(first_run, samples)
    return kept.worked_out(interviews.result, settings)


def _fixed(
    settings: Mapping[str, Any], points: Sequence[Parameters], country: Country, found: Published
) -> list[Any]:
    """Return everything that the samples depend on."""
    data = [country.fingerprint, getattr(country.journey, "fingerprint", ""), found.fingerprint,
            counties.fingerprint(country), readings.fingerprint(country)]  # fmt: skip
    return [dict(settings), [point.as_dict() for point in points], BATCH, data,
            [one.name for one in dataclasses.fields(Sample)]]  # fmt: skip


def _rng(seed: int, purpose: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(77, purpose)))


class _Interviews:
    """The samples of all runs, as they come in."""

    def __init__(
        self, country: Country, points: Sequence[Parameters], runs: int, interview: Interview,
        found: Published, sets: functions.Coefficients,
    ) -> None:  # fmt: skip
        self.country, self.points, self.interview = country, points, interview
        self.found, self.sets, self.runs = found, sets, runs
        self.per_run = min(len(sets), max(SETS_AT_LEAST, -(-len(sets) // runs)))
        self.ages = country.dimensions.get("age", ())
        self.done, self.empty, self.stopped = 0, dict[str, int](), dict[str, int]()
        self.simulated, self.drawn = tuple[str, ...](), tuple[str, ...]()
        self.tables: list[pd.DataFrame] = []
        self.values: list[np.ndarray] = []
        self.truths: dict[str, list[np.ndarray]] = {}

    def add(self, seed: int, crossings: np.ndarray, repression: np.ndarray) -> Sample:
        """Interview the people of one more run; a run that ended before the last week has none."""
        sample = self._sample(seed, crossings, repression)
        self.take(sample)
        return sample

    def take(self, sample: Sample) -> None:
        """Take in what was asked in one more run."""
        self.done += 1
        if sample.table.empty:
            left_out = self.stopped if sample.stopped else self.empty
            left_out[str(sample.seed)] = sample.stopped
            return
        self.simulated, self.drawn = sample.simulated, sample.drawn
        self.tables.append(sample.table)
        self.values.append(sample.measured)
        for name, truth in sample.truths.items():
            self.truths.setdefault(name, []).append(truth)

    def _sample(self, seed: int, crossings: np.ndarray, repression: np.ndarray) -> Sample:
        number, table, rng = self.done, pd.DataFrame(), _rng(seed, 1)
        if len(repression) <= self.interview.last:
            return Sample(seed, table, stopped=len(repression))
        point = self.points[number % len(self.points)]
        run = FollowedRun.from_crossings(self.country, crossings, repression, point)
        table = respondents(run, self.interview, rng)
        if table.empty:
            return Sample(seed, table)
        simulated = tuple(table.columns)
        drawn = draw_traits(table, self.found.traits, rng)
        table = table.join(drawn)
        chosen = (number * self.per_run + np.arange(self.per_run)) % len(self.sets)
        values = functions.variables(table, self.ages)
        shares = functions.set_shares(self.found.margins, rng)
        outcome = functions.outcomes(values, self.sets.part(chosen), shares, rng)
        destinations = np.array(functions.DESTINATIONS)
        table = table.assign(
            coefficient_set=chosen[0],
            distress_rank=outcome.rank[0],
            employed=np.where(outcome.employed[0], "yes", "no"),
            wished_destination=destinations[outcome.wish[0]],
        )
        truths = {name: np.array([x]) for name, x in statements.simulated_truths(table).items()}
        truths |= statements.function_truths(values, outcome, self.found.coefficients)
        measured = margins.measured(table, self.found.margins)
        labels = {"run": number, "seed": str(seed), "respondent": np.arange(len(table))}
        whole_table = pd.DataFrame(labels).join(table)
        return Sample(seed, whole_table, simulated, tuple(drawn.columns), measured, truths)

    def result(self, settings: Mapping[str, Any]) -> Survey:
        """Return what was found in all runs."""
        if not self.tables:
            raise SurveyError(
                f"in none of the {self.runs:,} runs anybody is in China in {settings['from']} to "
                f"{settings['to']}: take later months, or other parameters"
            )
        classes = dict.fromkeys(LABELS, "label")
        classes |= dict.fromkeys(self.simulated, "simulated")
        classes |= dict.fromkeys(self.drawn, "drawn") | dict.fromkeys(FUNCTIONS, "function")
        table = margins.margins_table(self.found.margins, np.array(self.values))
        inside, simulated = margins.score(table)
        return Survey(
            pd.concat(self.tables, ignore_index=True), classes, table,
            statements.statements_table(self.truths, self.found.coefficients),
            {
                "settings": dict(settings),
                "score": {"inside": inside, "simulated_margins": simulated},
                "surveys": len(self.tables),
                "runs_without_anybody": [*self.empty],
                "runs_stopped_early": self.stopped,
                "coefficient_sets": len(self.sets),
                "survey_data": self.found.fingerprint,
                "country": self.country,
                "parameters": self.points[0],
                "points": tuple(self.points),
            },
        )  # fmt: skip
