"""A sandbox: one category with a belief and a cut-off, which hears of attempts and forgets them."""

from typing import Any, Self

from defection import equations
from defection.agents import CitizenCategory
from defection.views.app import words
from defection.views.app.believed import Believed

START: dict[str, Any] = {"prior": (6.0, 4.0), "utility": 0.8, "people": 10_000}
"""A made-up category with a light belief, which a single attempt moves."""

MOST_YEARS = 30
"""Years of news that are kept; the oldest is forgotten first."""

NEWS = {"failure": (1, 1), "success": (1, 0)}
"""Known attempts, and those of them that were stopped, of one piece of news."""


class Sandbox:
    """One category outside the run: what it hears changes its belief, by the model's equations.

    ``prior`` are α₀ and β₀ of the belief before anything is heard, ``utility`` is that of leaving
    unrepressed, 0..1, ``people`` the head count, and ``loss`` that of an attempt that is stopped.
    """

    def __init__(
        self,
        prior: tuple[float, float] = START["prior"],
        utility: float = START["utility"],
        people: int = START["people"],
        loss: float = 1.0,
    ) -> None:
        self.prior, self.utility, self.people, self.loss = prior, utility, people, loss
        self.years: list[tuple[int, int]] = []
        """Known attempts, and those of them that were stopped, of each year, the oldest first."""

    @classmethod
    def from_category(cls, category: CitizenCategory) -> Self:
        """Begin as a category of the run stands, with its belief as the prior."""
        belief = category.province.belief
        prior, loss = (belief.alpha, belief.beta), category.province.parameters["loss_if_stopped"]
        return cls(prior, category.utility, category.head_count, float(loss))

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
        beta = equations.belief_beta(beta, attempts, stopped)
        return equations.belief_alpha(alpha, stopped), beta

    @property
    def cutoff(self) -> float:
        """Believed repression below which leaving pays."""
        return float(equations.cutoff(self.utility, self.loss))

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
            "chance": words.in_hundred(self.chance), "expected": words.people(expected),
            "verdict": words.verdict(self.chance), "years": [list(year) for year in self.years],
            **Believed.from_one(alpha, beta).curves(),
        }  # fmt: skip
