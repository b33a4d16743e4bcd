"""One respondent of the virtual survey in the run that is shown: the way, and the answers.

Respondents are those of ``defection survey --runs 1 --seed SEED`` with the run's parameters. What
would ascribe suffering to a simulated person is not asked.
"""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING, Any

import pandas as pd

from defection.batch_runs.survey import Survey, run_survey
from defection.batch_runs.survey.published import published
from defection.batch_runs.survey.settings import prepared
from defection.measures import WEEKS_PER_YEAR
from defection.scenario import Scenario
from defection.views.app.fan import Report, nothing

if TYPE_CHECKING:
    from defection.country import Country
    from defection.model import DefectionModel

FIRST, LAST, SIZE = "2004-08", "2005-09", 1346
"""Months of the interviews, and respondents, as in the survey of 2004-05."""

LEFT_OUT = (
    "distress_rank", "relative_died_of_hunger", "held_in_political_facility",
    "knows_of_trafficking", "separated_from_relatives", "knows_of_food_aid", "received_food_aid",
)  # fmt: skip
"""Columns of respondents that no person is given here."""

IN_THE_WAY = (
    "first_entry_week", "last_entry_week", "interview_week", "times_returned", "visited",
    "stopped_again", "arrested", "years_in_china", "coefficient_set",
)  # fmt: skip
"""Columns that the way tells, that are of the survey itself, or that nobody is given."""

CLASSES = {
    "simulated": "what the model says of a person in China",
    "drawn": "drawn by a share that the survey published",
    "function": "follows from other answers, by coefficients drawn inside published bounds",
    "assumed": "drawn by a share for which there is no source",
}
"""What each answer can be."""

QUESTIONS = {
    "help_of_ngo": "help of an aid group", "kind": "kind of stay",
    "time_in_china": "time in China, since the first entry",
}  # fmt: skip
"""Columns whose name is no question."""


def window(country: Country) -> tuple[int, int, str]:
    """Return the first and the last week of the interviews, or why there are none."""
    try:
        published(country, country)
        _, interview, _ = prepared({}, FIRST, LAST, SIZE, "first", country)
    except ValueError as error:  # of the country's files, or of its years
        return 0, 0, f"There are no interviews: {error}."
    return interview.first, interview.last, ""


def missing(model: DefectionModel, weeks: tuple[int, int, str]) -> str:
    """Return why nobody can be interviewed in a run, by its ``window``, or nothing."""
    first, last, fault = weeks
    if fault or model.week > last:
        return fault
    ends = "let it go on" if model.running else "it has ended"
    when = [_month(model.country, week) for week in (first, last)]
    return (
        f"Interviews are from {when[0]} to {when[1]}, as in the survey. The run has not come so "
        f"far: {ends}."
    )


def interviewed(scenario: Scenario, report: Report = nothing) -> Survey:
    """Return the survey of one run.

    Raises
    ------
    SurveyError, ParameterError, CountryError
        In the run nobody is in China at the time, or time in China cannot be followed.
    """
    return run_survey(
        scenario.parameters, runs=1, seed=scenario.seed, first=FIRST, last=LAST, size=SIZE,
        country=scenario.country, threads=1, progress=report,
    )  # fmt: skip


def respondent(survey: Survey, number: int) -> dict[str, Any]:
    """Return the way and the answers of a respondent, counted from 1.

    Returns
    -------
    dict
        ``number``, ``total`` (how many there are), ``way`` (texts, all simulated) and ``rows``
        (question, answer, class).

    Examples
    --------
    >>> survey = run_survey(runs=1, size=20)
    >>> one = respondent(survey, 3)
    >>> one["number"], one["total"], {kind for _, _, kind in one["rows"]} <= set(CLASSES)
    (3, 20, True)
    """
    table = survey.respondents
    row = table.iloc[(number - 1) % len(table)]
    country = survey.about["country"]
    traits = published(country, country).traits
    assumed = {one.trait for one in traits if one.mark == "assumption"}
    sourced = {(one.trait, one.value) for one in traits if one.mark not in ("assumption", "D")}
    rows = []
    for name, kind in survey.classes.items():
        if kind == "label" or name in (*LEFT_OUT, *IN_THE_WAY) or row[name] == "":
            continue
        own = "assumed" if name in assumed and (name, row[name]) not in sourced else kind
        rows.append([QUESTIONS.get(name, name.replace("_", " ")), str(row[name]), own])
    return {"number": (number - 1) % len(table) + 1, "total": len(table), "way": _way(country, row),
            "rows": rows}  # fmt: skip


def _way(country: Any, row: pd.Series) -> list[str]:
    """Return what the model counts of a person. It knows no order of it, and no story."""
    first, last, met = (_month(country, row[f"{name}_week"]) for name in
                        ("first_entry", "last_entry", "interview"))  # fmt: skip
    return [
        f"came to China first: {first}, from {row['province']}", f"came last: {last}",
        f"times returned by force: {row['times_returned']}",
        f"went home by choice, and came back: {row['visited']}", f"is met in China: {met}",
    ]  # fmt: skip


def _month(country: Any, week: int) -> str:
    """Return the month in which a week begins, as the survey divides a year."""
    month = (12 * (int(week) % WEEKS_PER_YEAR + 1) - 1) // WEEKS_PER_YEAR
    return f"{calendar.month_name[month + 1]} {country.year_of(int(week))}"


__all__ = ["CLASSES", "LEFT_OUT", "interviewed", "missing", "respondent"]
