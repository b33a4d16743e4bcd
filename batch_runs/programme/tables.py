"""Tables of a programme: results, ladder of costs, assumptions, one-way changes of the inputs."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import special

from defection.batch_runs.programme.assumptions import AS_OBSERVED, ASSUMPTIONS, IN_PAIRS
from defection.batch_runs.programme.effects import TOTAL, headline
from defection.batch_runs.programme.effects import WORDS as OF_EFFECTS
from defection.batch_runs.programme.inputs import Input
from defection.batch_runs.programme.published import Published
from defection.batch_runs.programme.scenario import Scenario
from defection.batch_runs.programme.world import Found, World

MILLION = 1e6
UNITS = ("total", "per 1 million USD", "per rescue")
COST, BELOW = "cost_per_additional_arrival", "cost_below_threshold"
DISCOUNTED = "; amounts of money are discounted"
OF_EITHER = "; further arrivals, because home hears of it, count too"
EFFECT, NO_EFFECT = "an effect", "no sign of an effect"
NOISE = special.ndtri((np.arange(100) + 0.5) / 100)
"""What the mean of the pairs at a point may be off by, in standard errors."""
MOST = 1e300  # stands for what is infinite, where quantiles lie between two numbers
WORDS = {
    **OF_EFFECTS,
    "spent_usd": "funds, of which some may find nobody to rescue",
    "without_client": "rescues that were planned, and lost to closures or found nobody",
    BELOW: "probability that an additional arrival costs less than the user's threshold",
    COST: "funds for an additional arrival; only where the effect's 5 % quantile is above 0",
}


@dataclasses.dataclass(frozen=True, eq=False)
class Drawn:
    """What was found at N points in R runs by both horizons."""

    spent: np.ndarray  # [N]
    planned: np.ndarray  # [N]
    effects: Mapping[str, np.ndarray]  # [N, 2, R] by measure

    @classmethod
    def stacked(cls, found: Sequence[Found]) -> Drawn:
        """Return what was found at points, one after the other."""
        effects = {
            name: np.array([one.effects[name] for one in found]) for name in found[0].effects
        }
        spent, planned = ([getattr(one, name) for one in found] for name in ("spent", "planned"))
        return cls(np.array(spent), np.array(planned), effects)

    def at(self, name: str, horizon: int) -> np.ndarray:
        """Return a measure at all points and runs, [N, R, 1]; or with the noise of its pairs."""
        values = self.effects[name][:, horizon, :, None]
        own = "further_arrivals" if name == TOTAL else name
        if (error := self.effects.get(f"{own}_error")) is None:
            return values
        return values + error[:, horizon, :, None] * NOISE

    def per(self, name: str, unit: str, horizon: int) -> np.ndarray:
        """Return a measure in a unit, as ``at``; not a number where there is none."""
        values = self.at(name, horizon)
        if unit == UNITS[0]:
            return values
        base = self.effects["rescues"][:, horizon, :, None]
        if unit == UNITS[1]:
            base = self.spent[:, None, None] / MILLION
        return np.divide(values, base, out=np.full(values.shape, np.nan), where=base > 0)


def _row(
    name: str, by: str, unit: str, values: np.ndarray, chance: float = np.nan, verdict: str = ""
) -> dict[str, object]:
    good = values[~np.isnan(values)]
    ends = [0.5, 0.05, 0.95]
    found = np.quantile(np.minimum(good, MOST), ends) if good.size else np.full(3, np.nan)
    found = np.where(found > 1e-9 * MOST, np.inf, found)
    return {
        "measure": name, "by": by, "unit": unit, "median": found[0], "percentile_5": found[1],
        "percentile_95": found[2], "probability_not_positive": chance, "verdict": verdict,
        "meaning": WORDS[name],
    }  # fmt: skip


def has_effect(drawn: Drawn, name: str = "") -> tuple[bool, ...]:
    """Return whether the 5 % quantile of the additional arrivals is positive, by each horizon.

    With news they are the direct and the further ones together, unless one is named.
    """
    name = name or headline(drawn.effects)
    return tuple(bool(np.quantile(drawn.at(name, horizon), 0.05) > 0) for horizon in range(2))


def results_table(
    drawn: Drawn, horizons: Sequence[str], threshold_usd: float | None = None,
    is_discounted: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Return a row per measure, horizon and unit: median, 5 and 95 % over points and runs."""
    by = horizons[0]
    missing = drawn.planned[:, None] - drawn.effects["taken"][:, 0]
    missing = np.where(missing > 1e-9 * drawn.planned[:, None], missing, 0.0)
    rows = [
        _row("spent_usd", by, "USD", drawn.spent),
        _row("without_client", by, UNITS[0], missing),
        *(_row("rescues", by, unit, drawn.per("rescues", unit, 0)) for unit in UNITS[:2]),
    ]
    effect, total = has_effect(drawn), headline(drawn.effects)
    for horizon, by in enumerate(horizons):
        for name in [one for one in OF_EFFECTS if one in drawn.effects and one != "rescues"]:
            for unit in UNITS:
                values = drawn.per(name, unit, horizon)
                chance, verdict = np.nan, ""
                if name == total:
                    chance = float((drawn.at(name, horizon) <= 0).mean())
                    verdict = EFFECT if effect[horizon] else NO_EFFECT
                rows.append(_row(name, by, unit, values, chance, verdict))
        values, spent = drawn.at(total, horizon), drawn.spent[:, None, None]
        cost = np.full(values.shape, np.inf if effect[horizon] else np.nan)
        np.divide(spent, values, out=cost, where=(values > 0) & effect[horizon])
        rows.append(_row(COST, by, "USD", cost, verdict=EFFECT if effect[horizon] else NO_EFFECT))
        if threshold_usd is not None:
            below = spent < threshold_usd * values
            rows.append(_row(BELOW, by, "probability", np.array([below.mean()])))
    for row in rows:
        name = str(row["measure"])
        of_either = OF_EITHER if total == TOTAL and name in (COST, BELOW) else ""
        has_money = "USD" in str(row["unit"]) or name in (BELOW, "won_sent")
        discounted = DISCOUNTED if is_discounted and has_money else ""
        row["meaning"] = f"{WORDS[name]}{of_either}{discounted}"
    return pd.DataFrame(rows)


def ladder_table(
    published: Sequence[Published], medians: Mapping[str, float],
    steps: Sequence[tuple[tuple[str, ...], Found]], by: str, *, all_together: bool,
    beside: str = "",
) -> pd.DataFrame:  # fmt: skip
    """Return costs step by step: what was published, what is put in, what is found.

    The last steps are at the medians of the inputs, with the median over runs. Each has a cost if
    its own effect has a 5 % quantile above 0 over the runs; the last one before news only if it has
    one over all points too (``all_together``). ``beside`` is said of what is discounted.
    """
    direct = [on for on, _ in steps if not {*on} & {*IN_PAIRS}]
    rows: list[tuple[str, float, str, str, str]] = []
    for group, scope in dict.fromkeys((one.group, one.scope) for one in published):
        own = [one for one in published if (one.group, one.scope) == (group, scope)]
        spent, rescued = sum(one.spent for one in own), sum(one.rescued for one in own)
        years = own[0].year if len(own) == 1 else f"{own[0].year}-{own[-1].year}"
        source = f"{group}, its own figures: {own[0].source}"
        text = f"{spent:,.0f} / {rescued:,} USD"
        rows.append((f"published: {scope}, {years}", spent / rescued, "rescue", text, source))
    cost, share = medians["costs.per_rescue_usd"], medians["costs.share_to_rescues"]
    here = "this programme's file"
    rows.append(("here: cost of a rescue", cost, "rescue", "median of the input", here))
    rows.append((
        "with the funds that go to other work", cost / share, "rescue",
        f"{cost:,.2f} / {share:.4g} USD", here,
    ))  # fmt: skip
    for on, found in steps:
        effects, spent = found.effects, found.spent
        step = f"and {on[-1]}: {ASSUMPTIONS[on[-1]].words}" if on else "who would not have arrived"
        additional = float(np.median(effects[headline(effects)][1]))
        usd, text = np.nan, NO_EFFECT
        if has_effect(Drawn.stacked([found]))[1] and (all_together or on != direct[-1]):
            usd, text = spent / additional, f"{spent:,.0f} / {additional:,.4g} USD{beside}"
        if on and on[-1] in IN_PAIRS:  # at one point: a cost to the cent would be of its noise
            more, error = (
                float(np.median(effects[name][1]))
                for name in ("further_arrivals", "further_arrivals_error")
            )
            usd, text = np.nan, f"{more:+,.3g} arrivals, with a standard error of {error:,.2g}"
        rows.append((step, usd, f"additional arrival by {by}", text, "computed here"))
    return pd.DataFrame(rows, columns=["step", "usd", "per", "arithmetic", "source"])


def assumptions_table(read: Scenario) -> pd.DataFrame:
    """Return a row per input and assumption: state, value, source and mark."""
    rows = []
    for one in read.inputs:
        value = one.text
        stated, name = read.stated, one.name.removeprefix("assumptions.")
        if name == "closures" and stated.closures:
            value = f"{value}, in {stated.closures[0]}-{stated.closures[1]}"
        for key, number in stated.numbers.items():
            if key.startswith(f"{name}."):
                value += f", {key.split('.')[1].replace('_', ' ')} {number:,.10g}"
        state = "sourced" if one.mark.startswith("sourced") else "own"
        rows.append((one.name, state, value, one.source, one.mark, one.words))
    for name, fixed in read.parameters.items():
        rows.append((f"parameters.{name}", "own", str(fixed), "the file", "the user's", "fixed"))
    for name, own in ASSUMPTIONS.items():
        full = f"assumptions.{name}"
        if name == "crossings_after" and read.stated.as_observed:
            source = "journey/later.csv"
            rows.append((full, "sourced", AS_OBSERVED, source, "an extrapolation", own.words))
        elif not read.on(name):
            value = "the last year's repeated" if name == "crossings_after" else ""
            rows.append((full, "off", value, "", "", own.words))
    return pd.DataFrame(rows, columns=["name", "state", "value", "source", "mark", "meaning"])


def per_million(spent: float, effects: Mapping[str, np.ndarray]) -> float:
    """Return additional arrivals per 1 million USD by the later horizon, the median over runs."""
    additional = float(np.median(effects[headline(effects)][1]))
    return additional / spent * MILLION if spent > 0 else float("nan")


def tornado_table(
    varied: Sequence[Input], ends: Sequence[tuple[float, Mapping[str, np.ndarray]]]
) -> pd.DataFrame:
    """Return what each input alone changes, from its 5 to its 95 % quantile, widest first.

    Others are at their medians. The outcome is additional arrivals per 1 million USD by the later
    horizon, the median over runs.
    """
    rows = []
    for number, one in enumerate(varied):
        found = [per_million(*end) for end in ends[2 * number : 2 * number + 2]]
        low, high = one.quantiles(np.array([0.05, 0.95]))
        rows.append((one.name, one.words, low, high, *found, abs(found[1] - found[0])))
    columns = ["input", "meaning", "input_5", "input_95", "arrivals_at_5", "arrivals_at_95",
               "difference"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("difference", ascending=False, kind="stable", ignore_index=True)


def paths_table(world: World, values: Mapping[str, float]) -> pd.DataFrame:
    """Return a row per year at these inputs, medians over runs, and what was observed of arrivals.

    ``arrivals_without`` and ``arrivals_with`` are those by way of China, to any country;
    ``observed_arrivals`` are those in the South alone.
    """
    found = {name: np.median(each, axis=1) for name, each in world.paths(values).items()}
    years = (*world.country.years, *world.later)
    observed = {year: people for year, people, _ in world.country.observed}
    later = world.published.later
    observed |= {year: one.total for year, one in later.arrivals.items()} if later else {}
    return pd.DataFrame({
        "year": years,
        "data": ["data" if year in world.country.years else "extrapolated" for year in years],
        "arrivals_without": found["without"], "arrivals_with": found["with"],
        "rescued": found["rescued"], "in_china_with": found["china"],
        "observed_arrivals": [observed.get(year) for year in years],
    })  # fmt: skip


def draws_table(
    drawn: Drawn, values: Sequence[Mapping[str, float]], seeds: Sequence[int],
    horizons: Sequence[str], first: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """Return a row per point and run: its inputs, funds, and the effects by both horizons."""
    points, runs = len(values), len(seeds)
    table = pd.DataFrame({
        "point": np.repeat(np.arange(first, first + points), runs),
        "seed": np.tile(np.array(seeds), points),
        **{name: np.repeat([one[name] for one in values], runs) for name in values[0]},
        "spent_usd": np.repeat(drawn.spent, runs),
    })  # fmt: skip
    more = {
        f"{name}_by_{horizons[h].split(',')[0]}": drawn.effects[name][:, h].reshape(-1)
        for name in drawn.effects for h in range(2)
    }  # fmt: skip
    return pd.concat([table, pd.DataFrame(more)], axis=1)
