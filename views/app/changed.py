"""What was changed in mid-run, in words: one line for each thing that can be undone alone."""

from collections.abc import Iterable
from typing import Any

from defection.country import WEEKS_PER_YEAR, Country
from defection.interventions import Intervention, parsed
from defection.model import DefectionModel
from defection.parameters import Parameters
from defection.views.app import words

QUICK: dict[str, tuple[str, dict[str, Any]]] = {
    "no_famine": ("No famine", {"famine_years": "none"}),
    "closed": ("Every attempt is stopped", {"initial_repression": 1.0, "adjustment_rate": 0.0}),
}
"""Changes of one button: title, and parameters. A closed border is repression 1 that stays."""

Group = list[Intervention]

WITHOUT = (
    "What did the change do? Under Many runs, compare with the same without its changes, or undo "
    "it under From now on: the same seed draws the same random numbers."
)
"""What to try after a run that was changed in mid-run."""


def groups(entries: Iterable[Intervention]) -> list[Group]:
    """Return changes one by one; the parameters of a button of ``QUICK`` are one change."""
    rest, found = list(entries), []
    while rest:
        size = max((len(QUICK[name][1]) for name in QUICK if _begins(rest, name)), default=1)
        found.append(rest[:size])
        rest = rest[size:]
    return found


def _begins(entries: Group, name: str) -> bool:
    """Return whether changes begin with those of a button, of one date and in one place."""
    values = QUICK[name][1]
    first = entries[: len(values)]
    where = {(one.date, one.provinces) for one in first}
    return [(one.name, one.value) for one in first] == list(values.items()) and len(where) == 1


def since(group: Group, country: Country) -> str:
    """Return from when a change holds, with the number of its week and the year."""
    week = group[0].week(country)
    return f"from week {week} ({country.year_of(week)}) on"


def what(group: Group) -> str:
    """Return in words what a change does, and where."""
    titles = [title.lower() for name, (title, _) in QUICK.items() if _begins(group, name)]
    said = titles[0] if titles else ", ".join(f"{_label(one)} {_value(one)}" for one in group)
    where = group[0].provinces
    return f"{said} in {' and '.join(where)}" if where else said


def _label(one: Intervention) -> str:
    return one.name.replace("_", " ")


def _value(one: Intervention) -> str:
    return f"{one.value:,}" if isinstance(one.value, int) else str(one.value)


def line(group: Group, country: Country) -> str:
    """Return a change as one line: ``Memory weeks 1,030, from week 572 (2003) on``."""
    return words.capital(f"{what(group)}, {since(group, country)}")


def marks(parameters: Parameters, country: Country) -> dict[str, str]:
    """Return for each parameter that changes in mid-run what it is then, for its slider."""
    said: dict[str, list[str]] = {}
    for one in parsed(parameters.interventions):
        where = f" in {' and '.join(one.provinces)}" if one.provinces else ""
        said.setdefault(one.name, []).append(f"{_value(one)}{where} {since([one], country)}")
    return {name: "; ".join(texts) for name, texts in said.items()}


def sentence(parameters: Parameters, country: Country, weeks: int) -> str:
    """Say what was changed in the weeks of a run, or nothing where nothing was."""
    made = [
        group for group in groups(parsed(parameters.interventions))
        if group[0].week(country) < weeks
    ]  # fmt: skip
    if not made:
        return ""
    said = [f"{what(group)}, {since(group, country)}" for group in made]
    return f"Changed in mid-run: {'; '.join(said)}."


def idle(model: DefectionModel) -> dict[str, str]:
    """Return why a change of ``QUICK`` would change nothing from now on, by its name."""
    year, said = model.week // WEEKS_PER_YEAR, {}
    famines = {int(row) for row in model.in_force["famine_row"]}
    if not any(any(model.famines[row][year:]) for row in famines):
        said["no_famine"] = "no famine year lies ahead"
    elif not model.in_force["famine_effect"].any():
        said["no_famine"] = "a famine has no effect here (famine effect 0)"
    down = "relaxation_rate" if model.parameters.policy == "two_rates" else "adjustment_rate"
    if not model.in_force[down].any() and (model.state["repression"] == 1.0).all():
        said["closed"] = "repression is 1 in every province, and stays so"
    return said
