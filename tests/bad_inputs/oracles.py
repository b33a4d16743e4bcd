"""What accepted files say, read by other means than the program's, beside what it holds."""

from __future__ import annotations

import csv
import itertools
import math
import pathlib
import re
import tomllib
import unicodedata
import urllib.parse
from decimal import Decimal
from typing import Any

import numpy as np

from defection import interventions
from defection.batch_runs import open_results
from defection.batch_runs.scores import Target
from defection.batch_runs.sweeps.design_file import read_space
from defection.country import Country, load
from defection.parameters import PARAMETERS, parameter
from defection.scenario import Scenario


def table(file: pathlib.Path) -> list[dict[str, str]]:
    """Read a CSV file with the strictest settings of Python's reader."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        body = itertools.dropwhile(lambda line: line.startswith("#"), opened)
        header, *rows = csv.reader(body, strict=True)
    names = [_form(name) for name in header]
    assert len(set(names)) == len(names), "a column twice"
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    return [dict(zip(names, map(_form, row), strict=True)) for row in rows]


def _form(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip())


def number(text: str) -> float:
    """Read a number of ASCII digits."""
    assert re.fullmatch(r"[0-9.eE+-]+", text), text
    return float(Decimal(text))


def whole(text: str) -> int:
    """Read a whole number of ASCII digits."""
    assert re.fullmatch(r"[+-]?[0-9]+", text), text
    return int(text)


def country(folder: pathlib.Path) -> None:
    """Compare a country's files with what the model holds."""
    held, provinces = load(folder), table(folder / "provinces.csv")
    people = np.array([whole(row["population"]) for row in provinces])
    assert [row["province"] for row in provinces] == list(held.provinces)
    assert [number(row["border"]) for row in provinces] == held.border.tolist()
    years = table(folder / "years.csv")
    assert [whole(row["year"]) for row in years[:-1]] == list(held.years)
    assert [whole(row["population"]) for row in years] == held.populations.tolist()
    assert [number(row["growth_percent"]) for row in years[:-1]] == held.growth_percent.tolist()
    record = table(folder / "record.csv") if (folder / "record.csv").exists() else []
    assert {(whole(r["year"]), whole(r["successes"])) for r in record} == {
        (year, successes) for year, successes, _ in held.observed
    }
    famine = table(folder / "famine.csv") if (folder / "famine.csv").exists() else []
    assert [(r["name"], whole(r["first_year"]), whole(r["last_year"])) for r in famine] == [
        (dating.name, dating.first_year, dating.last_year) for dating in held.datings
    ]
    impacts = {
        (row["dimension"], row["value"]): (number(row["ability"]), number(row["motivation"]))
        for row in table(folder / "impacts.csv")
    }
    assert impacts == dict(held.impacts)
    _composition(table(folder / "composition.csv"), held, people / people.sum())


def _composition(rows: list[dict[str, str]], held: Country, people: np.ndarray) -> None:
    by_province = held.shares.sum(axis=1)
    assert np.allclose(by_province, people, rtol=1e-8)
    for (p, province), dimension in itertools.product(enumerate(held.provinces), held.dimensions):
        ours = [row for row in rows if row["dimension"] == dimension]
        mine = [r for r in ours if r["province"] == province] or [
            r for r in ours if not r["province"]
        ]
        said = {row["value"]: number(row["count"] or row["share"]) for row in mine}
        assert len(said) == len(mine)
        position = list(held.dimensions).index(dimension)
        for value, amount in said.items():
            chosen = [traits[position] == value for traits in held.traits]
            share = held.shares[p][chosen].sum() / by_province[p]
            assert math.isclose(share, amount / sum(said.values()), rel_tol=1e-6, abs_tol=1e-9)


def target(file: pathlib.Path) -> None:
    """Compare a target's file with the target."""
    held = Target.from_csv(file)
    said = {whole(row["year"]): whole(row["successes"]) for row in table(file)}
    assert dict(zip(held.years, held.counts, strict=True)) == said


def space(file: pathlib.Path) -> None:
    """Compare a space file with the space."""
    held = {one.name: one for one in read_space(file).axes}
    for name, said in tomllib.loads(file.read_text("utf-8-sig")).get("parameters", {}).items():
        if isinstance(said, dict):
            low, high = (getattr(held[name], end, None) for end in ("low", "high"))
            if low is not None:
                assert (said.get("low", low), said.get("high", high)) == (low, high)
        else:
            values = list(getattr(held[name], "choices", ())) or [held[name].value]
            assert values == (said if isinstance(said, list) else [said])


def design(folder: pathlib.Path) -> None:
    """Compare a design file with the points of the sweep."""
    said = tomllib.loads((folder / "d.toml").read_text("utf-8-sig"))
    results = open_results(folder / "s")
    runs, stated = results.runs(), said.get("parameters", {})
    points = results.points()
    assert (runs["status"] == "done").all()
    assert len(runs) == len(points) * said["design"].get("replicates", 1)
    assert len(points) == said["design"].get("points", len(points))
    varied = said["design"]["kind"] != "one-at-a-time"
    for name, value in stated.items():
        column = points[name] if varied else points[name][points[name] != PARAMETERS[name].default]
        if isinstance(value, list):
            assert set(column) <= set(value)
        elif isinstance(value, dict):
            ends = PARAMETERS[name].search or (-math.inf, math.inf)
            if PARAMETERS[name].kind in ("number", "whole"):
                assert column.min() >= value.get("low", ends[0])
                assert column.max() <= value.get("high", ends[1])
        else:
            assert set(column) == {value}
    if said["design"]["kind"] == "points":
        rows = table(folder / said["design"]["file"])
        assert len(rows) == len(points)
        for name in rows[0]:
            given = [_typed(name, row[name]) for row in rows]
            assert points[name].tolist() == given, name


def _typed(name: str, text: str) -> Any:
    if PARAMETERS[name].kind == "interventions":
        return parameter(name).from_text(text)
    return number(text) if PARAMETERS[name].kind in ("number", "whole") else text


def dated(file: pathlib.Path) -> None:
    """Compare a file of interventions with the entries that are held."""
    rows = tomllib.loads(file.read_text("utf-8-sig"))["interventions"]
    said = {
        (str(row["from"]), name, str(_plain(value)), province)
        for row in ([rows] if isinstance(rows, dict) else rows)
        for name, value in row.items()
        if name not in ("from", "provinces")
        for province in _list(row.get("provinces", ())) or [""]
    }
    held = {
        (entry.date, entry.name, str(_plain(entry.value)), province)
        for entry in interventions.parsed(interventions.read(file))
        for province in entry.provinces or [""]
    }
    assert said == held, (said, held)


def _list(provinces: Any) -> list[str]:
    return [_form(one) for one in ([provinces] if isinstance(provinces, str) else provinces)]


def _plain(value: Any) -> Any:
    try:
        return float(value)
    except ValueError:
        return value


def setting(name: str, text: str) -> None:
    """Compare a typed value with the value that is held."""
    name, text = name.strip(), text.strip()
    held = parameter(name).from_text(text)
    if PARAMETERS[name].kind in ("number", "whole"):
        assert held == number(text)
    elif PARAMETERS[name].kind != "interventions":
        assert held == _form(text)


def link(search: str, held: Scenario) -> None:
    """Compare a link with the scenario that it opens."""
    said = dict(urllib.parse.parse_qsl(search.lstrip("?"), keep_blank_values=True))
    for name, text in said.items():
        if name == "seed":
            assert whole(text.strip()) == held.seed
        elif name == "weeks":
            assert whole(text.strip()) == held.weeks
        elif name in PARAMETERS and PARAMETERS[name].kind in ("number", "whole"):
            assert number(text.strip()) == getattr(held.parameters, name)
