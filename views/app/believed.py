"""What the people of a province believe: one Beta distribution, or one in each news circle."""

import dataclasses
import math
from typing import Any, Self

import numpy as np
import scipy.optimize
import scipy.special
import scipy.stats

from defection import equations
from defection.agents import Province
from defection.model import DefectionModel
from defection.rules import NATIONWIDE
from defection.views.app import words

CURVE = np.linspace(0.0, 1.0, 201)

DECADES = 16
"""How far below its highest point the belief is drawn on the logarithmic scale."""


@dataclasses.dataclass(frozen=True, eq=False)
class Believed:
    """The beliefs of the parts of a province, each with its share of the people.

    A province that is one circle has one part. The chance of an attempt and the curve are means of
    the parts' own, by their people; ``alpha`` and ``beta`` are the means of ``alphas`` and
    ``betas``, as the tables of a run have them.
    """

    alpha: float
    beta: float
    shares: np.ndarray
    alphas: np.ndarray
    betas: np.ndarray
    names: tuple[str, ...] = ("",)

    @classmethod
    def from_one(cls, alpha: float, beta: float) -> Self:
        """Return what is one belief of all."""
        return cls(alpha, beta, np.ones(1), np.array([alpha]), np.array([beta]))

    @classmethod
    def from_province(cls, province: Province) -> Self:
        """Return what is believed in a province in the coming week."""
        own = province.belief
        if not province.circles:
            return cls.from_one(own.alpha, own.beta)
        beliefs = [circle.belief for circle in province.circles]
        return cls(
            own.alpha, own.beta, np.array([circle.share for circle in province.circles]),
            np.array([one.alpha for one in beliefs]), np.array([one.beta for one in beliefs]),
            tuple(circle.name for circle in province.circles),
        )  # fmt: skip

    @classmethod
    def from_week(cls, model: DefectionModel, p: Any, week: int, province: int) -> Self:
        """Return what was believed in a province in a week, with the parameters then in force."""
        states, here = model.history.states, list(model.provinces)[province]
        alpha, beta = (
            float(states[f"belief_{name}"][week, province]) for name in ("alpha", "beta")
        )
        shared = model.circles
        if not here.circles or shared is None:
            return cls.from_one(alpha, beta)
        remembered = slice(max(0, week - int(p["memory_weeks"])), week)
        if int(p["hearing"]) == NATIONWIDE:
            known = [flow[remembered].sum() for flow in model.history.known]
            heard = [np.full(len(here.circles), count) for count in known]
        else:
            rows = [circle.index for circle in here.circles]
            own = (shared.heard_attempts, shared.heard_stopped)
            heard = [flow[remembered][:, rows].sum(axis=0) for flow in own]
        attempts, stopped = heard
        return cls(
            alpha, beta, np.array([circle.share for circle in here.circles]),
            float(p["prior_alpha"]) + stopped, float(p["prior_beta"]) + attempts - stopped,
            tuple(circle.name for circle in here.circles),
        )  # fmt: skip

    @property
    def mean(self) -> float:
        """Believed repression as the tables of the run have it: that of the mean α and β."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def means(self) -> np.ndarray:
        """Believed repression in each part."""
        return np.array(self.alphas / (self.alphas + self.betas))

    @property
    def weight(self) -> float:
        """With how many attempts the belief is held, α + β."""
        return self.alpha + self.beta

    def chances(self, cutoff: float) -> np.ndarray:
        """Return in each part the chance that one of those with this cut-off attempts."""
        pairs = zip(self.alphas.tolist(), self.betas.tolist(), strict=True)
        return np.array([equations.defection_probability(cutoff, a, b) for a, b in pairs])

    def chance(self, cutoff: float) -> float:
        """Return the mean of the chances of the parts, by their people."""
        return float(self.shares @ self.chances(cutoff))

    def cutoff(self, chance: float) -> float:
        """Return the cut-off at which the chance is this one."""
        ends = scipy.special.betaincinv(self.alphas, self.betas, chance)
        low, high = float(ends.min()), float(ends.max())
        if low == high:
            return low
        return float(scipy.optimize.brentq(lambda at: self.chance(at) - chance, low, high))

    def curves(self) -> dict[str, Any]:
        """Return the density on ``CURVE``, and the decades by which it lies below its top."""
        if len(self.names) == 1:
            density = scipy.stats.beta.pdf(CURVE, self.alpha, self.beta)
            logarithm = scipy.stats.beta.logpdf(CURVE, self.alpha, self.beta) / math.log(10)
        else:
            density, logarithm = self._means_of_curves()
        top = np.max(logarithm[np.isfinite(logarithm)])
        return {
            "density": np.round(np.where(np.isfinite(density), density, 0.0), 4).tolist(),
            "decades": np.round(np.clip(top - logarithm, 0.0, DECADES), 3).tolist(),
        }

    def _means_of_curves(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean density of the parts on ``CURVE``, and its logarithm to the base 10."""
        alphas, betas, shares = self.alphas[:, None], self.betas[:, None], self.shares
        density = shares @ scipy.stats.beta.pdf(CURVE, alphas, betas)
        logarithms = scipy.stats.beta.logpdf(CURVE, alphas, betas)
        logarithm = scipy.special.logsumexp(logarithms, axis=0, b=shares[:, None])
        return density, logarithm / math.log(10)

    def span(self) -> str:
        """Return from which to which believed repression the parts lie, in percent."""
        low, high = (f"{100 * end:.1f}" for end in (self.means.min(), self.means.max()))
        return f"{low} %" if low == high else f"{low} to {high} %"

    def note(self, cutoff: float) -> str:
        """Return in sentences what of a belief and of a chance is a mean; nothing of one part."""
        if len(self.names) == 1:
            return ""
        means, chances = self.means, self.chances(cutoff)
        low, high = int(means.argmin()), int(means.argmax())
        least, most = (words.chance_words(end) for end in (chances.min(), chances.max()))
        said = f"The province has {len(self.names)} news circles, each with a belief of its own: "
        said += f"{100 * means[low]:.1f} % in {self.names[low]}"
        said += f" to {100 * means[high]:.1f} % in {self.names[high]}. "
        if self.span().find("to") < 0:
            said = f"The province has {len(self.names)} news circles, which all believe "
            said += f"{self.span()}. "
        said += "The belief that is shown is the mean of α and of β over the circles, and the "
        chance = f"{least} to {most}" if least != most else f"{least} in each"
        return f"{said}chance is the mean of the chances in them ({chance})."
