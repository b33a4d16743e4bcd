"""Interventions: dated changes of parameters, in the whole country or in some provinces.

As text, ``2010-01 tolerated_attempts=50; 2012 initial_repression=0.95 in A + B``: entries are
separated by ``;``, each says from when which parameter has which value, and where. As data, a
mapping or a list of mappings (:func:`canonical`), or a TOML file of them (:func:`read`)::

    [[interventions]]
    from = "2010-01"             # year, year-month, year-Wweek (1 to 52), or "week N" of the run
    provinces = ["A", "B"]       # left out: everywhere
    tolerated_attempts = 50

A change holds from the first week of its date until another one; of two in one week and place the
later in the text holds, and commands and designs refuse them (:func:`check_distinct`). A change of
the prior, the memory or the hearing changes the belief at once; one of ``initial_repression`` sets
the repression that is in force, from which the policy goes on.
"""

from __future__ import annotations

import dataclasses
import pathlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from defection.checks import composed, shown
from defection.measures import WEEKS_PER_YEAR
from defection.parameters import ParameterError, Parameters, nearest, parameter
from defection.readings import check_reading
from defection.state import SETTINGS, settings_row
from defection.tables import read_toml

if TYPE_CHECKING:
    from defection.country import Country

NONE = "none"
DATE = re.compile(r"(?:(\d{4})(?:-(\d{2})|-W(\d{2}))?|week (\d{1,7}))", re.ASCII)
_ENTRY = re.compile(r"(week \d+|\S+)\s+([^\s=]+)\s*=\s*(.+?)(?:\s+in\s+(.+))?")
_KEYS = ("from", "provinces")


@dataclasses.dataclass(frozen=True)
class Intervention:
    """One change: from a date on, a parameter has a value, everywhere or in some provinces."""

    date: str
    name: str
    value: float | int | str
    provinces: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f" in {' + '.join(self.provinces)}" if self.provinces else ""
        return f"{self.date} {self.name}={self.value}{where}"

    def week(self, country: Country) -> int:
        """Return the first week in which it is in force, counted from 0."""
        year, month, week, number = DATE.fullmatch(self.date).groups()  # type: ignore[union-attr]
        if number is not None:
            first = int(number)
        else:
            within = (int(month or 1) - 1) * WEEKS_PER_YEAR // 12 if week is None else int(week) - 1
            first = (int(year) - country.years[0]) * WEEKS_PER_YEAR + within
        if not 0 <= first < country.weeks:
            raise ParameterError(
                f"interventions: {self.date} lies outside the data, "
                f"{country.years[0]} to {country.years[-1]} (weeks 0 to {country.weeks - 1})"
            )
        return first

    def positions(self, country: Country) -> list[int]:
        """Return the positions of its provinces."""
        known = {composed(name): number for number, name in enumerate(country.provinces)}
        for name in self.provinces:
            if name not in known:
                raise ParameterError(
                    f"interventions: there is no province {shown(name)}"
                    f"{nearest(name, known)}; there are {', '.join(known)}"
                )
        return [known[name] for name in self.provinces or known]

    def keys(self, country: Country) -> list[tuple[int, str, str]]:
        """Return when, what and where it changes: its week, its parameter, each province."""
        week = self.week(country)
        return [(week, self.name, composed(country.provinces[i])) for i in self.positions(country)]


class Timetable(NamedTuple):
    """Changes for compiled code, in the order in which they are put in force."""

    weeks: np.ndarray
    """First week of each, int64 [n]."""
    provinces: np.ndarray
    """Where, int64 [n]."""
    settings: np.ndarray
    """All parameters in force from then on, :data:`defection.state.SETTINGS` [n]."""
    resets: np.ndarray
    """Whether the first repression is put in force again, bool [n]."""


def canonical(value: object) -> str:
    """Return interventions as the text that :func:`parsed` reads.

    Whether its dates and provinces are in the country's data is checked when it is run.

    Parameters
    ----------
    value : str, mapping or sequence of mappings
        Text; a mapping with ``from``, ``provinces`` (optional) and values by parameter; a list of
        them; or such a list under the key ``interventions``.

    Returns
    -------
    str
        Entries ``DATE NAME=VALUE in PROVINCE + PROVINCE``, or ``none``.

    Raises
    ------
    ParameterError
        An entry cannot be read, a parameter is unknown or a value out of its range.

    Examples
    --------
    >>> canonical([{"from": "2010-01", "provinces": ["A", "B"], "tolerated_attempts": 50}])
    '2010-01 tolerated_attempts=50 in A + B'
    """
    if isinstance(value, str):
        entries = parsed(value)
    else:
        if isinstance(value, Mapping) and "interventions" in value:
            value = value["interventions"]
        rows = [value] if isinstance(value, Mapping) else value
        if not isinstance(rows, Sequence) or not all(isinstance(row, Mapping) for row in rows):
            raise ParameterError(
                f"interventions must be text or a list of tables, not {shown(value)}"
            )
        entries = tuple(entry for row in rows for entry in _from_mapping(row))
    return "; ".join(map(str, entries)) or NONE


def read(file: str | pathlib.Path) -> str:
    """Return the interventions of a TOML file as text, checked as by :func:`canonical`."""
    content, _ = read_toml(pathlib.Path(file), ParameterError)
    if set(content) != {"interventions"}:
        raise ParameterError(f"{file}: must hold [[interventions]] and nothing else")
    try:
        return canonical(content)
    except ParameterError as error:
        raise ParameterError(f"{file}: {error}") from None


def parsed(text: str) -> tuple[Intervention, ...]:
    """Return the entries of a text; none for ``none``."""
    if text.strip() in (NONE, ""):
        return ()
    entries = []
    for part in text.split(";"):
        found = _ENTRY.fullmatch(part.strip())
        if not found:
            raise ParameterError(
                f"interventions: {shown(part.strip())} is not DATE NAME=VALUE or "
                "DATE NAME=VALUE in PROVINCE + PROVINCE"
            )
        date, name, value, where = found.groups()
        names = [one.strip() for one in where.split("+")] if where else []
        entries.append(_checked(date, name, value, names))
    return tuple(entries)


def _from_mapping(row: Mapping[str, Any]) -> list[Intervention]:
    if "from" not in row:
        raise ParameterError(
            f"interventions: {shown(dict(row))} does not say from when (from = DATE)"
        )
    where = row.get("provinces", ())
    if not isinstance(where, Iterable) or isinstance(where, Mapping):
        raise ParameterError(f"interventions: provinces must be names, not {shown(where)}")
    provinces = [where] if isinstance(where, str) else list(where)
    names = [name for name in row if name not in _KEYS]
    if not names:
        raise ParameterError(
            f"interventions: from {shown(row['from'])} nothing changes; name a parameter"
        )
    since = row["from"]
    date = since if isinstance(since, str) else shown(since)
    return [_checked(date, name, row[name], provinces) for name in names]


def _checked(date: str, name: str, value: object, provinces: Sequence[str]) -> Intervention:
    found = DATE.fullmatch(date)
    if (
        not found
        or not 1 <= int(found[2] or 1) <= 12
        or not 1 <= int(found[3] or 1) <= WEEKS_PER_YEAR
    ):
        raise ParameterError(
            f"interventions: {shown(date)} is no date such as 2010, 2010-07, 2010-W31 or week 936"
        )
    try:
        one = parameter(name)
        if one.constant or one.from_start or one.kind == "interventions":
            raise ParameterError(f"{name} cannot be changed by an intervention")
        if one.national and provinces:
            raise ParameterError(f"{name} holds for the whole country; leave out the provinces")
        checked = one.from_text(value) if isinstance(value, str) else one.checked(value)
    except ParameterError as error:
        raise ParameterError(f"interventions: {date}: {error}") from None
    if isinstance(checked, str) and re.search(r";|\sin\s", checked):
        raise ParameterError(
            f"interventions: {date}: {name} = {shown(checked)} cannot stand in a text"
        )
    for province in provinces:
        if not isinstance(province, str) or not province or set(province) & set("+;"):
            raise ParameterError(
                f"interventions: {date}: {shown(province)} is not the name of a province"
            )
    return Intervention(date, name, checked, tuple(map(composed, provinces)))


def check_interventions(text: str, country: Country) -> None:
    """Refuse interventions with a date, a province or famine years that the country has not."""
    for entry in parsed(text):
        entry.week(country)
        entry.positions(country)
        if entry.name == "famine_years":
            country.famine(str(entry.value))
        check_reading(country, entry.name, entry.value)


def added(text: str, further: str, country: Country) -> str:
    """Return dated changes with further ones, which replace those of their week, name and province.

    Examples
    --------
    >>> from defection.country import load
    >>> added("1993 gain=2; 2000 gain=3", "1993-01 gain=4", load("north_korea"))
    '2000 gain=3.0; 1993-01 gain=4.0'
    """
    new, kept = parsed(further), []
    replaced = {key for one in new for key in one.keys(country)}
    for one in parsed(text):
        here = [key[2] for key in one.keys(country) if key not in replaced]
        if here and len(here) < len(one.keys(country)):
            one = dataclasses.replace(one, provinces=tuple(here))
        kept += [one] if here else []
    return "; ".join(map(str, [*kept, *new])) or NONE


def check_distinct(text: str, country: Country) -> None:
    """Refuse two changes of a parameter in a week and place; one may follow that of all places."""
    first: dict[tuple[int, str, str], Intervention] = {}
    for one in parsed(text):
        for key in one.keys(country):
            if key in first and (first[key].provinces or not one.provinces):
                raise ParameterError(f"interventions: {first[key]} and {one} contradict each other")
            first[key] = one


def unreached(text: str, country: Country, weeks: int) -> str:
    """Say which changes come after the last week of a run; empty where none does."""
    late = [str(one) for one in parsed(text) if one.week(country) >= weeks]
    return f"{'; '.join(late)}: after the {weeks} weeks of the run, without effect" if late else ""


def timetable(
    parameters: Parameters, country: Country, famine_row: Callable[[str], int]
) -> Timetable:
    """Return the changes of a run for compiled code; dates and provinces must be the country's.

    ``famine_row(famine_years)`` returns the row of a reading of the famine years.
    """
    check_interventions(parameters.interventions, country)
    entries = parsed(parameters.interventions)
    order = sorted(range(len(entries)), key=lambda i: entries[i].week(country))
    now = [parameters] * len(country.provinces)
    changes: dict[tuple[int, int], tuple[Parameters, bool]] = {}
    for entry in (entries[i] for i in order):
        for here in entry.positions(country):
            now[here] = now[here].replace(**{entry.name: entry.value})
            key = (entry.week(country), here)
            resets = entry.name == "initial_repression" or changes.get(key, (None, False))[1]
            changes[key] = (now[here], resets)
    rows = [settings_row(one, famine_row(one.famine_years)) for one, _ in changes.values()]
    keys = np.array(list(changes), np.int64).reshape(-1, 2)
    return Timetable(
        np.ascontiguousarray(keys[:, 0]),
        np.ascontiguousarray(keys[:, 1]),
        np.array(rows, SETTINGS),
        np.array([resets for _, resets in changes.values()], np.bool_),
    )


def joined(tables: Sequence[Timetable]) -> Timetable:
    """Return the changes of several runs one after the other."""
    empty = Timetable(
        np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, SETTINGS), np.zeros(0, np.bool_)
    )
    return Timetable(*(np.concatenate(columns) for columns in zip(empty, *tables, strict=True)))
