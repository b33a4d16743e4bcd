"""A programme in many runs of the law, at many points of what is uncertain."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from defection.batch_runs.execution.in_process import cores
from defection.batch_runs.programme import decision, tables
from defection.batch_runs.programme.assumptions import IN_PAIRS, LADDER, ORDER
from defection.batch_runs.programme.effects import COUNTED_IF_ON
from defection.batch_runs.programme.inputs import ProgrammeError
from defection.batch_runs.programme.news import news_table, pairs_left_out
from defection.batch_runs.programme.parts import ProgrammeParts
from defection.batch_runs.programme.prepare import prepared
from defection.batch_runs.programme.world import Found, at_values, in_order, law_runs, varied
from defection.checks import whole
from defection.progress import Progress, reporting

if TYPE_CHECKING:
    import pandas as pd


@dataclasses.dataclass(frozen=True, eq=False)
class Programme:
    """What a programme changes.

    Parameters
    ----------
    results : DataFrame
        A row per measure, horizon and unit: median, 5 and 95 % over points and runs.
    ladder : DataFrame
        Costs step by step, with their arithmetic.
    assumptions : DataFrame
        Every input and assumption: state, value, source, mark.
    tornado : DataFrame
        Additional arrivals per 1 million USD at both ends of each uncertain input.
    thresholds : DataFrame
        For each input the value at which the effect, or its cost, passes its threshold.
    budgets : DataFrame
        By budget: rescues, additional arrivals, and those for each further 1 million USD.
    information : DataFrame
        With ``threshold_usd``: what knowing each input would be worth, in the user's USD.
    paths : DataFrame
        By year: arrivals with and without the programme, those rescued, people in China.
    draws : DataFrame
        A row per point and run: inputs, funds, and every effect by both horizons.
    news : DataFrame
        With ``news``: what changes at home, by measure, year and province.
    about : mapping
        Settings, parameters, and what is needed to repeat it.

    Examples
    --------
    >>> from defection.batch_runs.programme import run_programme, TEMPLATE
    >>> import tomllib
    >>> small = {"chance.points": 2, "chance.runs": 1}
    >>> found = run_programme(tomllib.loads(TEMPLATE), changes=small)
    >>> found.ladder["usd"].round(2).tolist()[:3]
    [13256.65, 1701.56, 3000.0]
    """

    results: pd.DataFrame
    ladder: pd.DataFrame
    assumptions: pd.DataFrame
    tornado: pd.DataFrame
    thresholds: pd.DataFrame
    budgets: pd.DataFrame
    information: pd.DataFrame
    paths: pd.DataFrame
    draws: pd.DataFrame
    news: pd.DataFrame
    about: Mapping[str, Any]


def run_programme(
    scenario: Mapping[str, Any] | str | pathlib.Path,
    parameters: Any = None,
    *,
    changes: Mapping[str, Any] | None = None,
    region: str = "defaults",
    notes: Sequence[str] = (),
    country: Any = "north_korea",
    threads: int | None = None,
    parts: str | pathlib.Path | None = None,
    progress: bool | Progress = False,
) -> Programme:
    """Compute what a programme changes, and what each effect costs.

    Parameters
    ----------
    scenario : path or mapping
        The programme's TOML file, or its tables.
    parameters : Parameters, mapping or list of them, optional
        Of all runs; those in the file come on top. The journey is on. Of a list, draws of a
        posterior, each run of the law has one, evenly taken: the intervals are over them as well.
    changes : mapping, optional
        Changes of the file by dotted names, such as ``assumptions.other_groups``.
    region : str
        What the parameters are called in the results.
    notes : sequence of str
        What is said of them first.
    country : str or path
        A country with a journey.
    threads : int, optional
        To work on at once, one for each core if left out. The results do not depend on it.
    parts : path, optional
        A folder in which what is done is kept, so that the same call goes on after an end. It
        stays: remove it when its results are written. Where this fails for good, it is removed.
    progress : bool or function
        True shows a bar; a function is called as ``progress(steps done, steps)``.

    Returns
    -------
    Programme
        Its tables. The same settings give the same numbers.

    Raises
    ------
    ProgrammeError
        A setting is wrong, or every run of the law stopped early.
    ParameterError, CountryError, SeedError
        There is no such parameter, journey or seed.

    Examples
    --------
    >>> found = run_programme({
    ...     "programme": {"years": "2005", "rescues": 0},
    ...     "costs": {
    ...         "per_rescue_usd": {"value": 3000, "source": "an example"},
    ...         "share_to_rescues": {"value": 1, "source": "an example"},
    ...     },
    ...     "chance": {"points": 1, "runs": 1},
    ... })
    >>> float(found.results["median"].dropna().abs().max())
    0.0
    """
    threads = cores() if threads is None else whole("threads", threads, error=ProgrammeError)
    world, fixed = prepared(scenario, parameters, changes, country)
    read, uncertain = world.read, varied(world.read.inputs)
    cube = world.cube()
    middle = np.full(len(uncertain), 0.5)
    idle = [f"assumptions.{name}" for name in (*COUNTED_IF_ON, *IN_PAIRS)]
    moves = [i for i, one in enumerate(uncertain) if one.name not in idle]
    ends = [np.where(np.arange(len(cube.T)) == i, at, middle) for i in moves for at in (0.05, 0.95)]
    switches: list[tuple[str, ...]] = [()]
    for name in LADDER:
        switches += [(*switches[-1], name)] if read.on(name) else []
    tried, middles = decision.tried(world), world.values(middle)
    tries = [{**middles, one.name: float(at)} for one in tried for at in one.points]
    before = [read.runs, len(cube), len(ends), len(switches)]
    total = sum(before) + len(tries)
    kept = ProgrammeParts.opened(parts, fixed)
    with reporting(progress, total=total) as report:
        report(0, total)
        runs = kept.law(lambda: law_runs(
            world.country, world.points, range(read.seed, read.seed + read.runs), threads, report,
            total,
        ))  # fmt: skip
        world = dataclasses.replace(world, runs=runs)

        def evaluated(
            own: Sequence[Mapping[str, float]], done: int, on: Any = None
        ) -> Iterator[Found]:
            for number, found in enumerate(in_order(world, own, threads, on), done + 1):
                report(number, total)
                yield found

        values = [world.values(one) for one in cube]
        drawn = kept.points(values, lambda own, done: evaluated(own, read.runs + done))
        moved = [world.values(one) for one in ends]
        at_ends = list(evaluated(moved, sum(before[:2]), [ORDER] * len(ends)))
        steps = kept.worked_out(
            lambda: list(evaluated([middles] * len(switches), sum(before[:3]), switches))
        )
        found = list(evaluated(tries, sum(before), [ORDER] * len(tries)))
        thresholds = decision.thresholds(world, middles, tried, found)
        paths = tables.paths_table(world, middles)
        report(total, total)
    names, direct = world.horizons, steps[-1 - sum(read.on(name) for name in IN_PAIRS)]
    every = tables.Drawn.stacked(drawn)
    has_effect = tables.has_effect(every)
    return Programme(
        tables.results_table(every, names, read.threshold_usd, read.discount > 0.0),
        tables.ladder_table(
            world.published.rescues, middles, list(zip(switches, steps, strict=True)), names[1],
            all_together=tables.has_effect(every, "additional_arrivals")[1],
            beside=read.discounted,
        ),
        tables.assumptions_table(read),
        tables.tornado_table(
            [uncertain[i] for i in moves], [(one.spent, one.effects) for one in at_ends]
        ),
        thresholds,
        decision.budgets(world, middles),
        decision.information(uncertain, cube, every, read.threshold_usd),
        paths,
        tables.draws_table(every, values, list(runs), names),
        news_table(drawn, world.country),
        {
            "scenario": read, "points": world.points, "country": world.country,
            "notes": tuple(notes), "parameters": fixed["parameters"],
            "region": region, "horizons": names, "left_out": read.runs - len(runs),
            "pairs_left_out": pairs_left_out(drawn), "has_effect": has_effect,
            "programme_data": world.published.fingerprint,
            "later": world.published.later if world.later else None, "said": fixed["said"],
            "at_medians": tables.per_million(direct.spent, direct.effects),
            "points_at_medians": [at_values(one, middles) for one in world.points],
        },
    )  # fmt: skip


def run_row(
    scenario: Mapping[str, Any], parameters: Any, *, point: int, seed: int, country: Any
) -> pd.DataFrame:
    """Return one row of the table ``draws`` again: a point, and the run of a seed.

    Raises
    ------
    ProgrammeError
        There is no such point, or the run stopped early.
    """
    world, _ = prepared(scenario, parameters, None, country)
    cube = world.cube()
    if not 0 <= point < len(cube):
        raise ProgrammeError(f"point = {point} is not one of 0 to {len(cube) - 1}")
    own = [world.point_of(seed)]
    runs = law_runs(world.country, own, [seed], 1, lambda _done, _total: None, 1)
    world = dataclasses.replace(world, runs=runs)
    values = world.values(cube[point])
    drawn = tables.Drawn.stacked([world.at(values)])
    return tables.draws_table(drawn, [values], [seed], world.horizons, first=point)
