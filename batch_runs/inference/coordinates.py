"""Coordinates in which a posterior's chains move.

The weekly probability of an attempt is the tail of a belief (``equations.defection_probability``),
and over the space that is searched its logarithm runs through hundreds. Runs with leavers, and not
too many, lie on a thin curved sheet, on which one parameter is implied by the others: the paper met
it as a line, α₀ = 26 + 0.66 β₀ ("Results"). :class:`FirstWeek` puts the sheet straight.
"""

import dataclasses
import functools
import math

import numpy as np

from defection import equations, rules
from defection.arrays import CountryArrays, country_arrays
from defection.batch_runs.designs import Space
from defection.batch_runs.designs.axes import Range
from defection.batch_runs.inference.pairs import PosteriorError, from_line, to_line
from defection.compiled import allocating, compiled
from defection.country import Country, load
from defection.parameters import parameter, parameters_among
from defection.state import SETTINGS

IMPLIED = "prior_alpha"
"""The parameter that the others and the attempts expected in the first week imply."""

LEAST_EXPECTED = 1e-300
"""Attempts below which fewer count as so many."""

TOLERANCE = 1e-10
"""How closely α₀ is solved for, in attempts of the belief or in the logarithm of those expected."""


@dataclasses.dataclass(frozen=True)
class LogOdds:
    """Every parameter's position as log odds: good for any space, blind to joint effects.

    Other coordinates are a subclass: another way to name positions of the unit cube without walls.
    """

    def from_unit(self, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return coordinates of positions [n, d] and there the uniform prior's log density, [n]."""
        there = to_line(unit)
        return there, _log_prior(from_line(there))

    def to_unit(self, there: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return positions of coordinates [n, d] and there the uniform prior's log density, [n].

        Where no position of the cube has such coordinates the density is minus infinity and the
        position is not a number.
        """
        unit = from_line(there)
        return unit, _log_prior(unit)


@dataclasses.dataclass(frozen=True)
class FirstWeek(LogOdds):
    """Log odds, but in place of α₀ the logarithm of the attempts expected in the first week.

    Expected are the attempts of all citizens while they believe what they believed before anything
    was heard, in the first week's economy: they decline as α₀ rises, so that they and the other
    parameters imply α₀, the first weight of the belief.

    Parameters
    ----------
    space : Space
        What varies: α₀ must, in a range.
    country : Country
        Whose citizens.

    Raises
    ------
    PosteriorError
        α₀ does not vary in a range.

    Examples
    --------
    >>> coordinates = FirstWeek(Space.from_parameters(vary="all"))
    >>> unit = np.full((1, 11), 0.5)
    >>> there, _ = coordinates.from_unit(unit)
    >>> bool(np.allclose(coordinates.to_unit(there)[0], unit))
    True
    """

    space: Space
    country: Country = dataclasses.field(default_factory=lambda: load("north_korea"))

    def __post_init__(self) -> None:
        if not any(isinstance(one, Range) and one.name == IMPLIED for one in self.space.varied):
            raise PosteriorError(
                f"{IMPLIED} must vary in a range for these coordinates; varied are "
                f"{', '.join(self.space.names)}"
            )

    def from_unit(self, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the coordinates and the log density of the uniform prior."""
        there, (beta, cutoffs) = to_line(unit), self._first_week(unit)
        inside = from_line(there)
        alpha = self._alpha(inside)
        there[:, self._column] = _all_expected(alpha, beta, cutoffs, self._people)
        return there, self._log_density(inside, alpha, beta, cutoffs)

    def expected(self, unit: np.ndarray) -> np.ndarray:
        """Return the logarithm of the attempts expected in the first week at positions, [n]."""
        return _all_expected(self._alpha(unit), *self._first_week(unit), self._people)

    def to_unit(self, there: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the positions and the log density of the uniform prior."""
        column, unit = self._column, from_line(there)
        unit[:, column] = 0.5
        beta, cutoffs = self._first_week(unit)
        alpha = _solved(there[:, column], beta, cutoffs, self._people, *self._ends)
        density = self._log_density(unit, alpha, beta, cutoffs)
        unit[:, column] = self._axis.unit(alpha)
        unit[np.isneginf(density)] = np.nan
        return unit, density

    def _log_density(
        self, unit: np.ndarray, alpha: np.ndarray, beta: np.ndarray, cutoffs: np.ndarray
    ) -> np.ndarray:
        (low, high), slopes = self._ends, _all_slopes(alpha, beta, cutoffs, self._people)
        with np.errstate(divide="ignore", invalid="ignore"):
            wide = alpha * math.log(high / low) if self._axis.log else high - low
            density = _log_prior(np.delete(unit, self._column, axis=1)) - np.log(slopes * wide)
        return np.where(np.isfinite(density), density, -np.inf)

    def _alpha(self, unit: np.ndarray) -> np.ndarray:
        return self._axis.values(unit[:, self._column]).astype(float)

    @property
    def _column(self) -> int:
        return self.space.names.index(IMPLIED)

    @property
    def _ends(self) -> tuple[float, float]:
        low, high = self._axis.values(np.array([0.0, 1.0]))
        return float(low), float(high)

    @property
    def _axis(self) -> Range:
        axis = self.space.varied[self._column]
        assert isinstance(axis, Range)
        return axis

    def _first_week(self, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return β₀, [n], and the cut-off of each kind of category, [n, K]; α₀ does not matter."""
        table = self.space.table(np.clip(unit, 0.0, np.nextafter(1.0, 0.0)))
        dated, famine_row = np.unique(table["famine_years"].to_numpy(str), return_inverse=True)
        settings = np.zeros(len(table), SETTINGS)
        for known in map(parameter, parameters_among(table)):
            column = table[known.name].to_numpy()
            if known.kind == "choice":
                settings[known.name] = [known.choices.index(value) for value in column]
            elif not known.is_text:
                settings[known.name] = column
        settings["famine_row"] = famine_row
        arrays = country_arrays(self.country, tuple(dated), by_border=True)
        return settings["prior_beta"].copy(), _cutoffs(arrays, settings)

    @functools.cached_property
    def _people(self) -> np.ndarray:
        """How many people each kind of category has in the first week, [K]."""
        kinds = country_arrays(self.country, ("none",), by_border=True).kinds.ravel()
        return np.bincount(kinds, self.country.head_counts(0))


@allocating
def _cutoffs(country: CountryArrays, settings: np.ndarray) -> np.ndarray:
    """Return the first week's cut-off of each kind of category for each row of settings, [n, K]."""
    found = np.empty((settings.size, country.kind_ability.size))
    for i in range(settings.size):
        famine, growth = country.famines[settings[i].famine_row, 0], country.growth_percent[0]
        now = (country.economy_ability, country.economy_motivation, growth, famine)
        for k in range(country.kind_ability.size):
            dummy, weight = country.kind_border[0, k], country.kind_border[1, k]
            border = rules.border_weight(settings, i, dummy, weight)
            ability = country.kind_ability[k] + country.border_ability * border
            impacts = ability, country.kind_motivation[k] + country.border_motivation * border
            found[i, k] = rules.expect(settings, i, *impacts, *now)[3]
    return found


@compiled
def _expected(alpha: float, beta: float, cutoffs: np.ndarray, people: np.ndarray) -> float:
    """Return the logarithm of the attempts expected of all kinds of categories under a belief."""
    total = 0.0
    for k in range(people.size):
        total += people[k] * equations.defection_probability(cutoffs[k], alpha, beta)
    return math.log(total) if total > LEAST_EXPECTED else math.log(LEAST_EXPECTED)


@allocating
def _all_expected(
    alpha: np.ndarray, beta: np.ndarray, cutoffs: np.ndarray, people: np.ndarray
) -> np.ndarray:
    found = np.empty(alpha.size)
    for i in range(alpha.size):
        found[i] = _expected(alpha[i], beta[i], cutoffs[i], people)
    return found


@allocating
def _solved(
    wanted: np.ndarray,
    beta: np.ndarray,
    cutoffs: np.ndarray,
    people: np.ndarray,
    low: float,
    high: float,
) -> np.ndarray:
    """Return the α₀ between two ends at which ``wanted`` is expected, [n].

    By false position, the end that stays halved (Dowell & Jarratt 1971); not a number where neither
    end will do.
    """
    found = np.full(wanted.size, np.nan)
    for i in range(wanted.size):
        a, b = low, high
        above = _expected(a, beta[i], cutoffs[i], people) - wanted[i]
        below = _expected(b, beta[i], cutoffs[i], people) - wanted[i]
        if above < 0.0 or below > 0.0:
            continue
        side, at = 0, a
        for _ in range(200):
            at = (a * below - b * above) / (below - above) if below < above else a
            miss = _expected(at, beta[i], cutoffs[i], people) - wanted[i]
            if b - a < TOLERANCE or abs(miss) < TOLERANCE:
                break
            if miss > 0.0:
                a, above = at, miss
                below = 0.5 * below if side > 0 else below
                side = 1
            else:
                b, below = at, miss
                above = 0.5 * above if side < 0 else above
                side = -1
        found[i] = at
    return found


@allocating
def _all_slopes(
    alpha: np.ndarray, beta: np.ndarray, cutoffs: np.ndarray, people: np.ndarray
) -> np.ndarray:
    """Return by how much the log of expected attempts declines for 1 of α₀, [n]; NaN for none."""
    found = np.full(alpha.size, np.nan)
    for i in range(alpha.size):
        if not math.isnan(alpha[i]):
            step = 1e-5 * alpha[i]
            less = _expected(alpha[i] - step, beta[i], cutoffs[i], people)
            more = _expected(alpha[i] + step, beta[i], cutoffs[i], people)
            found[i] = (less - more) / (2.0 * step)
    return found


def _log_prior(unit: np.ndarray) -> np.ndarray:
    """Return the log density of the uniform prior as log odds, [n]: minus infinity on a wall."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(unit * (1 - unit)).sum(axis=1))
