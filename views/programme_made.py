"""What the page of a programme says of its settings: how it was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from defection.batch_runs.programme import Programme
from defection.batch_runs.programme.paths import WHOM
from defection.batch_runs.programme.scenario import Scenario
from defection.parameters import Parameters
from defection.views.page import element, facts, table
from defection.views.programme_words import CHECKLIST


def years_of(years: tuple[int, int]) -> str:
    """Return years as text, such as 2008-2012."""
    return str(years[0]) if years[0] == years[1] else f"{years[0]}-{years[1]}"


def of_the_file(read: Scenario) -> list[str]:
    """Return the parameters that the programme's file gives, values and ranges."""
    ranges = (one.name for one in read.inputs if one.name.startswith("parameters."))
    return [*read.parameters, *(name.removeprefix("parameters.") for name in ranges)]


def _parameters(about: Mapping[str, Any]) -> str:
    """Return which parameters there are: those that are changed, or how many draws."""
    own, entered = about["parameters"], of_the_file(about["scenario"])
    if not isinstance(own, Mapping):
        return f"{len(own):,} draws, one for each run of the law (manifest.json)"
    ranges = [name for name in entered if name not in about["scenario"].parameters]
    changes = about["country"].changes(Parameters(**own))
    changed = [f"{name} = {value}" for name, value in changes.items() if name not in ranges]
    return f"changed against the defaults: {', '.join(changed) or 'none'}"


def how_it_was_made(every: Sequence[Programme]) -> list[Element]:
    """Return the checklist, and the settings of a programme, in one region or several."""
    about, read = every[0].about, every[0].about["scenario"]
    funds = f"{read.funds_usd:,.0f} USD a year" if read.funds_usd is not None else (
        f"{read.rescues:,.10g} rescues a year"
    )  # fmt: skip
    rows = {
        "Country": about["country"].name,
        "Years, funds": f"{years_of(read.years)}; {funds}",
        "Whom": f"{read.whom}: {WHOM[read.whom]}",
        "Discount": f"{read.discount:.10g} a year, of money, from {read.years[0]} on",
        **{f"Parameters of {one.about['region']}": _parameters(one.about) for one in every},
        "Points and runs": f"{read.points:,} points, {read.runs:,} runs, seeds from {read.seed}",
    }
    note = "Items of the CHEERS 2022 statement for economic evaluations, and where they stand."
    return [
        element("h2", "Checklist"), element("p", note),
        table(("item", "where"), CHECKLIST, texts=2),
        element("h2", "How it was made"), facts(rows),
    ]  # fmt: skip
