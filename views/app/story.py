"""What happened in a run that has ended: totals, score, sentences, known artefacts, what to try."""

import functools
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs import run_ensemble
from defection.batch_runs.scores import RootScale, Target
from defection.journey.cells import F_ARRIVALS
from defection.measures import WEEKS_PER_YEAR
from defection.model import DefectionModel
from defection.views.app import changed
from defection.views.app.words import capital, percent

NEARLY_ALL = 0.9
"""Share of the attempts from which on a province or a group has nearly all."""

FIRST_WEEKS = 3.0
"""The first week is an artefact where it has so many times the attempts of the mean week."""

STEP = 1.5
"""Attempts after and before the first news are forgotten: from so many times on it is a step."""


def replay(model: DefectionModel) -> Any:
    """Return the run again, compiled, with its categories, and once more with nothing forgotten.

    The second run is left out where nothing is forgotten anyway, or an intervention changes the
    memory.
    """
    points, forgets = [model.parameters], model.parameters.memory_weeks < model.weeks
    if forgets and "memory_weeks" not in model.parameters.interventions:
        points.append(model.parameters.replace(memory_weeks=model.weeks))
    return run_ensemble(
        points, model.seed, record=("by_category", "weekly_by_province"), country=model.country,
        weeks=model.weeks, threads=1,
    )  # fmt: skip


class Story:
    """The facts of a run that has ended, and sentences that are true of it.

    Without the same run by :func:`replay` nothing is said of who left, and why.
    """

    def __init__(self, model: DefectionModel, replayed: Any = None) -> None:
        self.model, self.country, self.replayed = model, model.country, replayed
        done = model.history.weeks_done
        flows = model.history.flows.items()
        self.flows = {name: flow[:done].astype(np.int64) for name, flow in flows}
        self.totals = model.history.totals()
        self.weekly = self.flows["attempts"].sum(axis=1)
        self.observed = {year: count for year, count, _ in self.country.observed}
        self.years = self.country.years[: done // WEEKS_PER_YEAR]
        """The years that were run to their ends."""
        self.changed = changed.sentence(model.parameters, model.country, done)

    def date(self, week: int) -> str:
        """Return a week of the run as it is named everywhere: its number from 0, and its year."""
        return f"week {week} ({self.country.year_of(week)})"

    @functools.cached_property
    def successes(self) -> dict[int, int]:
        """Successes of each complete year."""
        weekly = self.flows["successes"].sum(axis=1)
        yearly = weekly[: len(self.years) * WEEKS_PER_YEAR].reshape(-1, WEEKS_PER_YEAR).sum(axis=1)
        return dict(zip(self.years, yearly.tolist(), strict=True))

    @property
    def measure(self) -> str:
        """What meets the observed arrivals: ``arrivals`` of the journey, or ``successes``."""
        parameters = self.model.parameters
        return parameters.observed_measure if parameters.journey == "on" else "successes"

    @functools.cached_property
    def compared(self) -> dict[int, float]:
        """Of each complete year what is compared with the observed arrivals (``measure``)."""
        if self.measure == "successes" or self.model.journey is None:
            return dict(self.successes)
        arrivals = self.model.journey.record.flows[: len(self.years), F_ARRIVALS].sum(axis=1)
        return dict(zip(self.years, arrivals.tolist(), strict=True))

    @functools.cached_property
    def score(self) -> float | None:
        """Distance of the yearly ``measure`` from what was observed (``RootScale``), if it was.

        Years that a run did not reach because it stopped early count as the worst.
        """
        planned = self.country.years[: self.model.weeks // WEEKS_PER_YEAR]
        if not set(planned) & set(self.observed):
            return None
        target = Target.from_country(self.country).part(planned[0], planned[-1])
        row = {f"successes_{year}": self.compared.get(year, 0) for year in planned}
        runs = pd.DataFrame([{"weeks_run": len(self.weekly), **row}])
        return float(RootScale()(runs, target)["score"].iloc[0])

    def shown(self) -> dict[str, Any]:
        """Return everything as plain data for the browser."""
        said = [self.how_many(), self.when(), f"{self.where()} {self.who()}".strip()]
        return {
            "rows": self.rows(),
            "sentences": [*said, self.changed] if self.changed else said,
            "artefacts": self.artefacts(),
            "next": self.next_steps(),
        }

    def rows(self) -> list[list[str]]:
        """Return the totals and the score, each with a name and what was observed."""
        compared = [year for year in self.years if year in self.observed]
        observed = sum(self.observed[year] for year in compared)
        span = f" in complete years, {compared[0]} to {compared[-1]}" if compared else ""
        rows = [[name, f"{self.totals[name]:,}", ""] for name in ("attempts", "stopped")]
        ours = sum(self.compared[year] for year in compared)
        if compared:
            whom = "arrivals" if self.country.paper else self.country.about.observed
            rows.append([f"{self.measure}{span}", f"{ours:,.0f}", f"{observed:,} {whom}".strip()])
        if not compared or self.measure != "successes":
            rows.append(["successes", f"{self.totals['successes']:,}", ""])
        if self.score is not None:
            rows.append(["score (0: every year as observed)", f"{self.score:.1f}", ""])
        return rows

    def how_many(self) -> str:
        """Say how many attempted and how many succeeded."""
        attempts, successes = self.totals["attempts"], self.totals["successes"]
        span = f"From {self.date(0)} to {self.date(len(self.weekly) - 1)}"
        if attempts == 0:
            return f"{span} nobody attempted to leave."
        if successes == 0:
            return f"{span} {attempts:,} attempts were made, and none of them succeeded."
        said = f"{span} {attempts:,} attempts were made, and {successes:,} of them succeeded "
        return f"{said}({percent(successes / attempts)})."

    def when(self) -> str:
        """Say when most happened, or how the run came to stop."""
        top, last = int(self.weekly.argmax()), len(self.weekly) - 1
        if self.model.stopped_early:
            limit = int(self.model.in_force[0]["stop_threshold"])
            said = f"In {self.date(last)} {self.weekly[last]:,} attempts, more than {limit:,}, "
            said += "ended the run"
            if last >= WEEKS_PER_YEAR:
                said += "; in the same week of the year before there were "
                said += f"{self.weekly[last - WEEKS_PER_YEAR]:,}"
            return f"{said}."
        if self.weekly[top] == 0:
            return "No week differed from another."
        said = f"In no week were there more attempts than in {self.date(top)}: "
        said += f"{self.weekly[top]:,}."
        best = max(self.successes, key=self.successes.__getitem__, default=0)
        if best and self.successes[best]:
            said += f" In no year did more succeed than in {best}: {self.successes[best]:,}"
            beside = self.measure == "successes" and best in self.observed
            said += f" (observed: {self.observed[best]:,})." if beside else "."
        return said

    def where(self) -> str:
        """Say in which province most attempts were made: in the last week, if it ended the run."""
        attempts = self.flows["attempts"]
        last = self.model.stopped_early
        counts = attempts[-1] if last else attempts.sum(axis=0)
        if counts.sum() == 0:
            return "There is no province to name."
        top, people = int(counts.argmax()), self.model.history.populations[len(attempts) - 1]
        name, share = self.country.provinces[top], counts[top] / counts.sum()
        lives = percent(people[top] / people.sum())
        which = "the attempts of that week" if last else "all attempts"
        if share >= NEARLY_ALL:
            said = f"{capital(percent(share))} of {which} were made in {name}, "
            return f"{said}where {lives} of the people live."
        said = f"No province had more of {which} than {name}: {percent(share)}, with {lives} of "
        return f"{said}the people."

    @functools.cached_property
    def groups(self) -> list[tuple[str, str, float, float]]:
        """Dimension, value, and shares of attempts and of people; the most eager come first."""
        if self.replayed is None or not self.totals["attempts"]:
            return []
        counts = self.replayed["yearly_attempts_by_category"][0].sum("year").to_numpy()
        attempts = counts.reshape(self.country.shares.shape) / counts.sum()
        people = self.country.shares
        if extent := self.model.parameters.dated_shares:
            weeks = range(0, self.model.week, WEEKS_PER_YEAR)
            heads = sum(self.country.head_counts(week, extent) for week in weeks)
            people = heads.reshape(people.shape) / heads.sum()
        found = []
        for d, (name, values) in enumerate(self.country.dimensions.items()):
            for value in values:
                here = np.array([traits[d] == value for traits in self.country.traits])
                shares = [float(table[:, here].sum()) for table in (attempts, people)]
                found.append((name, value, shares[0], shares[1]))
        return sorted(found, key=lambda group: group[3] - group[2])

    def who(self) -> str:
        """Say which group is most over-represented among those who attempted."""
        if not self.groups:
            return ""
        name, value, share, people = self.groups[0]
        return (
            f"{capital(percent(share))} of all attempts were made by people of {name} {value}, "
            f"who are {percent(people)} of the country."
        )

    @functools.cached_property
    def forgotten(self) -> tuple[int, float, float] | None:
        """The step that forgetting makes, if it does.

        Year in which the first news are forgotten, how many times as many attempts the year after
        has as the year before, and how many times it would be if nothing were forgotten.
        """
        week, done = int(self.model.parameters.memory_weeks), len(self.weekly)
        both = self.replayed is not None and self.replayed.sizes["run"] > 1
        if not both or not WEEKS_PER_YEAR <= week <= done - WEEKS_PER_YEAR:
            return None
        kept = self.replayed["weekly_attempts_by_province"][1].sum("province").to_numpy()
        steps = []
        for weekly in (self.weekly, kept):
            before = weekly[week - WEEKS_PER_YEAR : week].sum()
            after = weekly[week : week + WEEKS_PER_YEAR].sum()
            steps.append(float(after / max(1, before)))
        step, without = steps
        return (self.country.year_of(week), step, without) if step >= STEP > without else None

    def artefacts(self) -> list[str]:
        """Name what in this run is of the model's making and not of the country's history."""
        found = []
        mean = self.weekly.mean()
        if mean and self.weekly[0] >= FIRST_WEEKS * mean:
            found.append(
                f"The first weeks are no history: nobody has heard of an attempt yet, so "
                f"{self.weekly[0]:,} attempt in the first week, {self.weekly[0] / mean:.0f} times "
                "the mean of the run."
            )
        if self.forgotten:
            year, times, without = self.forgotten
            weeks = int(self.model.parameters.memory_weeks)
            found.append(
                f"The rise in {year} is made by forgetting: {weeks:,} weeks after the start the "
                f"first news are forgotten, and the next {WEEKS_PER_YEAR} weeks have {times:.1f} "
                f"times the attempts of the {WEEKS_PER_YEAR} before. With the same random numbers "
                f"and nothing forgotten it is {without:.1f} times."
            )
        if self.model.stopped_early:
            found.append(
                "The years after the last week are missing, not zero. In the score they count as "
                "the worst years there can be."
            )
        high = self.groups and self.groups[0][:2] == ("status", "high")
        if self.country.paper and high and self.groups[0][2] >= NEARLY_ALL:
            found.append(
                "That nearly all attempts are made by people of high status follows from the "
                "formula as it is printed in the paper. Nothing that is known of those who arrived "
                "says so."
            )
        if self.country.paper and self.measure == "successes":
            found.append(
                "Observed are arrivals in South Korea, often years after leaving. The model counts "
                "crossings."
            )
        return found

    def next_steps(self) -> list[list[str]]:
        """Return what to try next: a sentence, and the lesson about it or nothing."""
        steps = []
        if self.model.stopped_early:
            said = "Does another seed stop early too? One run shows one course of many."
            steps.append([said, "chance"])
        if self.forgotten:
            said = "Give people a longer or a shorter memory (H): when does the rise come?"
            steps.append([said, "forgetting"])
        if self.totals["attempts"] and not self.totals["successes"]:
            steps.append(["Let provinces relax: raise the adjustment rate a little.", "state"])
        if self.score is not None:
            steps.append(["The score is one number. What does it not see?", "fit"])
        if self.changed:
            steps.append([changed.WITHOUT, ""])
        elif any(self.model.famine) and self.model.parameters.famine_effect:
            steps.append(["Take the famine away and keep the seed. What changes?", "famine"])
        return steps
