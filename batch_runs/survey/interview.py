"""The interview: respondents drawn from the people in China, and traits by published shares."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from defection.batch_runs.scores.facts_of_run import FollowedRun
from defection.batch_runs.survey.published import Share, Trait
from defection.journey.flow import row_of
from defection.journey.lags import Seeking, Window
from defection.journey.paths import (
    LAST_ENTRY,
    RETURNS,
    STOPPED,
    VISITED,
    WEEK,
    Room,
    draw_paths,
    yearly_chances,
)  # fmt: skip
from defection.measures import WEEKS_PER_YEAR

STAYS = {
    "under 6 months": 0.5, "6 to 12 months": 1.0, "1 to 2 years": 2.0, "2 to 3 years": 3.0,
    "over 3 years": np.inf,
}  # fmt: skip
"""Times in China that the survey counts, and the years at which each ends."""

TIMES = ("0", "1", "2", "3+")
KINDS = ("hidden", "exposed")
YES_NO = ("no", "yes")
MOST_PASSES = 200
"""How often as many people as are asked for are drawn, where they are taken by a weight."""


class SurveyError(ValueError):
    """A survey cannot be made with these settings."""


@dataclasses.dataclass(frozen=True)
class Interview:
    """How people are met: weeks ``first`` to ``last`` of the run, how many, which entry counts.

    ``inclusion`` is the logarithm of the weight of a year in China, by the clock; 0 for none.
    """

    first: int
    last: int
    size: int
    clock: str
    inclusion: float = 0.0


def respondents(run: FollowedRun, interview: Interview, rng: np.random.Generator) -> pd.DataFrame:
    """Return people drawn from those in China, all week of the window alike.

    Each person-week in China in the window has the same chance, or one by its time in China. The
    journey has expected people, so that one cell may be drawn several times. Nobody is drawn where
    nobody is there.
    """
    window = Window(interview.first, interview.last)
    expected = run.expected(window, Seeking(arrivals=False))
    rows = run.crossings[run.crossings["week"] <= interview.last]
    group = run.journey.group[rows["category"]]
    shares = np.array([1.0 - run.parameters.exposed_share, run.parameters.exposed_share])
    weights = rows["people"][:, None] * shares * expected[rows["week"], :, group]
    most = _heaviest(interview, rows["week"])
    total = np.cumsum((weights * most[:, None]).ravel() if interview.inclusion else weights.ravel())
    if not total.size or total[-1] <= 0:
        return pd.DataFrame()
    chances = yearly_chances(run.journey, row_of(run.parameters))
    met = (interview.first, interview.last)
    room = Room.for_window(*met)
    repression = np.ascontiguousarray(run.repression.T)

    def drawn_people() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the crossing of each, who they are, and what is drawn of them."""
        chosen = np.searchsorted(total, rng.random(interview.size) * total[-1], side="right")
        row, kind = np.divmod(np.minimum(chosen, total.size - 1), len(KINDS))
        people = np.column_stack([
            rows["week"][row], kind, run.journey.gender[group[row]],
            group[row] // run.journey.size,
        ]).astype(np.int64)  # fmt: skip
        drawn = np.zeros((interview.size, 5), np.int64)
        draw_paths(chances, repression, met, people, rng.random((interview.size, 2)), room, drawn)
        return row, people, drawn

    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    count = 0
    while count < interview.size and len(parts) < MOST_PASSES:
        row, people, drawn = drawn_people()
        if interview.inclusion:  # the weight, by rejection
            chance = np.exp(interview.inclusion * _years(interview.clock, people, drawn))
            kept = rng.random(len(row)) < chance / most[row]
            row, people, drawn = row[kept], people[kept], drawn[kept]
        parts.append((row, people, drawn))
        count += len(row)
    if count < interview.size:
        raise SurveyError(
            f"inclusion = {interview.inclusion:g} is too far from 0 for who was in China: of "
            f"{len(parts) * interview.size:,} people drawn only {count:,} could be taken"
        )
    row, people, drawn = (
        np.concatenate(each)[: interview.size] for each in zip(*parts, strict=True)
    )
    return _table(run, rows["category"][row], people, drawn, interview.clock)


def _years(clock: str, people: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Return how long each has been in China by the clock, in years."""
    since = people[:, 0] if clock == "first" else drawn[:, LAST_ENTRY]
    return np.asarray((drawn[:, WEEK] - since) / WEEKS_PER_YEAR)


def _heaviest(interview: Interview, entry: np.ndarray) -> np.ndarray:
    """Return the largest weight that a person who first entered in a week can have."""
    longest = (interview.last - entry) / WEEKS_PER_YEAR
    shortest = np.maximum(interview.first - entry, 0) / WEEKS_PER_YEAR
    if interview.clock == "last":
        shortest = np.zeros_like(shortest)
    return np.exp(interview.inclusion * (longest if interview.inclusion > 0 else shortest))


def _table(
    run: FollowedRun, category: np.ndarray, people: np.ndarray, drawn: np.ndarray, clock: str
) -> pd.DataFrame:
    traits = run.country.categories().drop(columns="share").iloc[category].reset_index(drop=True)
    week, entry, last = drawn[:, WEEK], people[:, 0], drawn[:, LAST_ENTRY]
    years = _years(clock, people, drawn)
    held = (drawn[:, RETURNS] > 0) | (drawn[:, STOPPED] > 0)
    return traits.assign(
        kind=np.array(KINDS)[people[:, 1]],
        interview_week=week,
        first_entry_week=entry,
        last_entry_week=last,
        years_in_china=years,
        time_in_china=np.array([*STAYS])[np.searchsorted([*STAYS.values()], years, side="right")],
        times_returned=np.array(TIMES)[drawn[:, RETURNS]],
        visited=np.array(YES_NO)[drawn[:, VISITED]],
        stopped_again=np.array(YES_NO)[drawn[:, STOPPED]],
        arrested=np.array(YES_NO)[held.astype(int)],
    )


def belongs(table: pd.DataFrame, share: Share) -> np.ndarray:
    """Return which respondents are meant; all where no column is named."""
    if not share.column:
        return np.ones(len(table), bool)
    return table[share.column].isin(share.choices).to_numpy()


def draw_traits(
    table: pd.DataFrame, traits: tuple[Trait, ...], rng: np.random.Generator
) -> pd.DataFrame:
    """Return the traits of respondents, each drawn by its share, apart from the others.

    A share is a number of its published interval, drawn evenly once for the sample. Values without
    a share divide the rest evenly. Where a trait can only be of some (``only``), these have so much
    more of it that the share among all is the published one, or all of them have it.
    """
    found = table.copy(deep=False)
    for name in dict.fromkeys(trait.trait for trait in traits):
        own = [trait for trait in traits if trait.trait == name]
        values = list(dict.fromkeys(trait.value for trait in own))
        chance = np.full((len(table), len(values)), np.nan)
        for one in own:
            if one.interval is None:
                continue
            base, only = belongs(found, one.among), belongs(found, one.only)
            share = rng.uniform(*one.interval) / 100.0
            able = (base & only).sum()
            chance[base, values.index(one.value)] = np.where(
                only[base], min(1.0, share * base.sum() / max(1, able)), 0.0
            )
        stated = np.array([any(o.interval and o.value == v for o in own) for v in values])
        chance[:, stated] = np.nan_to_num(chance[:, stated])
        rest = np.maximum(0.0, 1.0 - chance[:, stated].sum(axis=1))
        chance[:, ~stated] = (rest / max(1, (~stated).sum()))[:, None]
        edges = np.cumsum(chance, axis=1)
        position = (rng.random(len(table))[:, None] * edges[:, -1:] >= edges).sum(axis=1)
        text = np.array(values, object)[np.minimum(position, len(values) - 1)]
        if all(one.among == one.only for one in own if one.interval):
            text[~belongs(found, own[0].only)] = ""  # the question is for these alone
        found[name] = text
    return found[[*dict.fromkeys(trait.trait for trait in traits)]]
