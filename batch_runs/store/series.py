"""The second tier of a sweep's results: weekly series of all runs, of none, or of those that meet a condition."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.designs.space import DesignError
from defection.measures import FLOWS, STATES
from defection.parameters import PARAMETERS, ParameterError, nearest, parameter

KEEP = ("none", "all", "where")
COLUMNS = (*FLOWS, *STATES)
CONDITIONS = ("weeks_run", "stopped_early", *(f"total_{flow}" for flow in FLOWS), *PARAMETERS)
"""Columns of the table of runs that a condition may name."""


@dataclasses.dataclass(frozen=True)
class Series:
    """Which weekly series are kept: ``columns`` by week and province, of the runs that meet every condition of ``where``."""

    keep: str = "none"
    columns: tuple[str, ...] = ("attempts", "stopped", "successes")
    where: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any]) -> Series:
        """Read ``{keep, columns, where}``; a condition is a value, or a table with ``low``, ``high`` or both (ends included)."""
        for key in given:
            if key not in ("keep", "columns", "where"):
                near = nearest(key, ("keep", "columns", "where"))
                raise DesignError(
                    f"there is no key {key!r} in [series]{near}; there are keep, columns, where",
                    "series",
                    key,
                )
        where = given.get("where", {})
        keep = given.get("keep", "where" if where else "none")
        if keep not in KEEP:
            raise DesignError(
                f"keep = {keep!r} is not one of {', '.join(KEEP)}{nearest(str(keep), KEEP)}",
                "series",
                "keep",
            )
        if not isinstance(where, Mapping) or bool(where) != (keep == "where"):
            raise DesignError(
                "keep = 'where' goes with conditions, [series.where], and they with it",
                "series",
                "where",
            )
        columns = given.get("columns", list(cls().columns))
        if not isinstance(columns, list) or not columns:
            raise DesignError(
                f"columns must be a list of some of {', '.join(COLUMNS)}", "series", "columns"
            )
        for column in columns:
            if column not in COLUMNS:
                near = nearest(str(column), COLUMNS)
                raise DesignError(
                    f"there is no series {column!r}{near}; there are {', '.join(COLUMNS)}",
                    "series",
                    "columns",
                )
        return cls(
            keep,
            tuple(dict.fromkeys(columns)),
            tuple((name, _condition(name, value)) for name, value in where.items()),
        )

    def described(self) -> dict[str, Any]:
        """Return plain values that :meth:`of` reads back."""
        if self.keep == "none":
            return {}
        where = {
            name: dict(value) if isinstance(value, tuple) else value for name, value in self.where
        }
        return {
            "keep": self.keep,
            "columns": list(self.columns),
            **({"where": where} if where else {}),
        }

    def chosen(self, runs: pd.DataFrame) -> np.ndarray:
        """Return which rows of a table of runs keep their series."""
        keep = np.full(len(runs), self.keep != "none")
        for name, condition in self.where:
            values = runs[name].to_numpy()
            if isinstance(condition, tuple):
                for end, limit in condition:
                    keep &= values >= limit if end == "low" else values <= limit
            else:
                keep &= values == condition
        return keep & (runs["status"] == "done").to_numpy()


def _condition(name: str, given: Any) -> Any:
    at = ("series", "where", name)
    if name not in CONDITIONS:
        raise DesignError(
            f"a condition cannot name {name!r}{nearest(name, CONDITIONS)}; there are {', '.join(CONDITIONS)}",
            *at,
        )
    is_number = name not in PARAMETERS or PARAMETERS[name].kind in ("number", "whole")
    if isinstance(given, Mapping):
        if (
            not given
            or not set(given) <= {"low", "high"}
            or not all(_is_number(v) for v in given.values())
            or not is_number
        ):
            raise DesignError(
                f"{name}: a condition is a value, or {{ low = number, high = number }}, not {dict(given)!r}",
                *at,
            )
        if not all(math.isfinite(value) for value in given.values()):
            raise DesignError(
                f"{name}: the ends of a condition must be finite, not {dict(given)!r}", *at
            )
        if given.get("low", -np.inf) > given.get("high", np.inf):
            raise DesignError(
                f"{name}: low = {given['low']} is above high = {given['high']}", *at, "low"
            )
        return tuple(given.items())
    if not (
        isinstance(given, bool)
        if name == "stopped_early"
        else _is_number(given)
        if is_number
        else isinstance(given, str)
    ):
        raise DesignError(f"{name} = {given!r} is not a value that {name} can have", *at)
    if name in PARAMETERS:
        try:
            return parameter(name).checked(given)
        except ParameterError as error:
            raise DesignError(str(error), *at) from None
    return given


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
