"""Larger countries and longer runs, to see how time grows."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.regimes import STEADY
from benchmarks.timing import exponent
from defection import Parameters
from defection.batch_runs import run_ensemble
from defection.country import Country, load


def with_categories(times: int) -> Country:
    """Return North Korea with each category split into ``times`` equal ones."""
    country = load("north_korea")
    return country.replace(
        dimensions={**country.dimensions, "cell": tuple(str(k) for k in range(times))},
        traits=tuple((*values, str(k)) for values in country.traits for k in range(times)),
        shares=np.repeat(country.shares, times, axis=1) / times,
        trait_ability=np.repeat(country.trait_ability, times),
        trait_motivation=np.repeat(country.trait_motivation, times),
    )


def with_years(count: int) -> Country:
    """Return North Korea with so many years, all like the first."""
    country = load("north_korea")
    first = country.years[0]
    return country.replace(
        years=tuple(range(first, first + count)),
        populations=np.full(count + 1, country.populations[0]),
        growth_percent=np.full(count, country.growth_percent[0]),
    )


def growth(count: int) -> tuple[str, dict[str, Any]]:
    """Measure how time grows with categories, weeks and runs."""
    p = Parameters(**STEADY)
    bigger = {720 * times: with_categories(times) for times in (1, 3, 10, 30, 100)}
    longer = {52 * years: with_years(years) for years in (6, 12, 23, 46, 92)}
    series = {
        "categories": (
            list(bigger),
            lambda size: run_ensemble(p, range(4), country=bigger[size], weeks=104, threads=1),
        ),
        "weeks": (
            list(longer),
            lambda size: run_ensemble(p, range(20), country=longer[size], threads=1),
        ),
        "runs": (
            [50, 100, 200, 400, 800],
            lambda size: run_ensemble(p, range(size), weeks=520, threads=1),
        ),
    }
    lines, numbers = ["| grows with | from | to | exponent |", "|---|---:|---:|---:|"], {}
    for name, (sizes, work) in series.items():
        slope, medians = exponent(sizes, work, max(3, count // 2))
        numbers[name] = (slope, sizes, medians)
        lines.append(f"| {name} | {sizes[0]:,} | {sizes[-1]:,} | {slope:.3f} |")
    return "\n".join(lines), numbers
