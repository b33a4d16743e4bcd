"""A sandbox: one category with a belief and a cut-off, which hears of attempts and forgets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from defection import equations
from defection.views.app import words
from defection.views.app.decision import curves

if TYPE_CHECKING:
    from defection.agents import CitizenCategory

START: dict[str, Any] = {"prior": (6.0, 4.0), "utility": 0.8, "people": 10_000}
"""A made-up category with a light belief, which a single attempt moves."""

MOST_YEARS = 30
"""Years of news that are kept; the oldest is forgotten first."""

NEWS = {"failure": (1, 1), "success": (1, 0)}
"""Known attempts, and those of them that were stopped, of one piece of news."""


class Sandbox:
    """One category outside the run: what it hears changes its belief, by the model's equations.

    Parameters
    ----------
    prior : tuple of float
        α₀ and β₀ of the belief before anything is heard.
    utility : float
        Utility of leaving unrepressed, 0..1.
    people : int
        Head count of the category.

    Examples
    --------
    >>> one = Sandbox()
    >>> before = one.chance
    >>> one.hear("failure")
    >>> one.chance < before
    True
    >>> one.forget_year()
    >>> one.chance == before
    True
    """

    def __init__(
        self,
        prior: tuple[float, float] = START["prior"],
        utility: float = START["utility"],
        people: int = START["people"],
    ) -> None:
        self.prior, self.utility, self.people = prior, utility, people
        self.years: list[tuple[int, int]] = []
        """Known attempts, and those of them that were stopped, of each year, the oldest first."""

    @classmethod
    def from_category(cls, category: CitizenCategory) -> Sandbox:
        """Begin as a category of the run stands, with its belief as the prior."""
        belief = category.province.belief
        return cls((belief.alpha, belief.beta), category.utility, category.head_count)

    def set_utility(self, utility: float) -> None:
        """Let leaving be worth another utility, 0..1."""
        self.utility = min(1.0, max(0.0, float(utility)))

    def hear(self, kind: str, times: int = 1) -> None:
        """Hear in a new year of so many failures (``failure``) or successes (``success``)."""
        attempts, stopped = NEWS[kind]
        self.years = [*self.years, (times * attempts, times * stopped)][-MOST_YEARS:]

    def forget_year(self) -> None:
        """Forget the news of the oldest year; nothing happens where there are none."""
        self.years = self.years[1:]

    @property
    def belief(self) -> tuple[float, float]:
        """α and β of the present belief."""
        attempts, stopped = (sum(column) for column in zip((0, 0), *self.years, strict=True))
        alpha, beta = self.prior
        return (
            equations.belief_alpha(alpha, stopped),
            equations.belief_beta(beta, attempts, stopped),
        )

    @property
    def cutoff(self) -> float:
        """Believed repression below which leaving pays."""
        return float(equations.cutoff(self.utility))

    @property
    def chance(self) -> float:
        """Chance that one of them attempts in a week."""
        return float(equations.defection_probability(self.cutoff, *self.belief))

    def shown(self) -> dict[str, Any]:
        """Return everything as plain numbers and text for the browser."""
        alpha, beta = self.belief
        expected = self.chance * self.people
        return {
            "alpha": alpha, "beta": beta, "mean": alpha / (alpha + beta), "people": self.people,
            "prior": list(self.prior), "utility": self.utility, "cutoff": self.cutoff,
            "chance": words.chance_words(self.chance), "expected": words.people(expected),
            "verdict": words.verdict(self.chance), "years": [list(year) for year in self.years],
            **curves(alpha, beta),
        }  # fmt: skip
