"""The few facts beside the record that findings are judged by; sources in ``known/SOURCES.md``."""

from __future__ import annotations

import pathlib
from typing import Any

import pandas as pd

from defection.parameters import PARAMETERS, Parameters

FACTS = pathlib.Path(__file__).parent / "known"


def fact(name: str) -> pd.DataFrame:
    """Return one of the shipped tables: ``women``, ``origins``, ``ages`` or ``paper_values``."""
    return pd.read_csv(FACTS / f"{name}.csv")


def paper_point() -> Parameters:
    """Return the point with the values that the paper reports; what it leaves out is from an early search."""
    values: dict[str, Any] = {}
    for row in fact("paper_values").itertuples():
        values[str(row.parameter)] = (
            int(row.value) if PARAMETERS[str(row.parameter)].kind == "whole" else float(row.value)
        )
    return Parameters(**values)
