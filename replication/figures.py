"""What Figures 1, 2, 4 and 5 of the paper are redrawn from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection.batch_runs.scores import Objective, Target
from defection.replication.finding import SHOWN, Finding, told
from defection.replication.points import Place, winners
from defection.replication.reported import PRIOR_LINE
from defection.replication.runs import Evidence, table_of

NOTHING = "No verdict: drawn for comparison."


def figure_1(_evidence: Evidence) -> Finding:
    """Return the record: Table 1 with both versions of 2006, and smoothed."""
    corrected, printed = Target.from_country(), Target.from_country(printed=True)
    table = pd.DataFrame(
        {
            "year": corrected.years,
            "corrected": corrected.counts,
            "printed": printed.counts,
            "smoothed_3": corrected.smoothed(3).counts,
            "smoothed_5": corrected.smoothed(5).counts,
        }
    )
    peak = table.loc[table["corrected"].idxmax()]
    return Finding(
        "figure_1",
        "Figure 1: the record",
        "'Estimated defection levels by year (real curve) and target trend for simulations (target curve).'",
        f"Table 1 has its peak in {peak['year']:.0f} with {told(peak['corrected'])}; smoothed over five years the peak is "
        f"{told(table['smoothed_5'].max())}. The paper's target curve is in a figure that the text does not hold.",
        SHOWN,
        NOTHING,
        {"figure_1": table},
        ("model/data/north_korea/record.csv",),
    )


def figure_2(evidence: Evidence) -> Finding:
    """Return the assumed impacts."""
    country = evidence.country
    rows = [
        {"trait": f"{dimension}: {value}", "ability": a, "motivation": m}
        for (dimension, value), (a, m) in country.impacts.items()
    ]
    table = pd.DataFrame(rows)
    return Finding(
        "figure_2",
        "Figure 2: assumed impacts",
        "'Assumed impacts of variables on motivation and ability to defect', 'inserted by assumption'.",
        f"{len(table)} impacts, as printed in the equations; the famine's is the parameter δ.",
        SHOWN,
        NOTHING,
        {"figure_2": table},
        ("model/data/north_korea/impacts.csv",),
    )


def figure_4(evidence: Evidence) -> Finding:
    """Return the winners' priors beside the paper's line, and the belief at both ends of a run of the best region."""
    every = winners()
    table = every[["name", "score", "prior_alpha", "prior_beta"]].assign(
        prior_mean=every["prior_alpha"] / (every["prior_alpha"] + every["prior_beta"]),
        line=PRIOR_LINE.intercept + PRIOR_LINE.slope * every["prior_beta"],
    )
    rows = []
    behind = []
    for place in evidence.points:
        data = evidence.weekly(place)
        run = int(np.argmin(data["stopped_early"].to_numpy()))
        behind.append(f"run {place.number}-{run} of root {evidence.root} ({place.name})")
        for week in (0, data.sizes["week"] - 1):
            one = data.isel(run=run, week=week)
            alpha, beta = (
                one[f"weekly_belief_{side}_by_province"].mean().item() for side in ("alpha", "beta")
            )
            repression = one["weekly_repression_by_province"].mean().item()
            rows.append(
                {
                    "place": place.name,
                    "week": week,
                    "alpha": alpha,
                    "beta": beta,
                    "repression": repression,
                }
            )
    near = int((np.abs(table["prior_alpha"] - table["line"]) <= 2 * PRIOR_LINE.residual).sum())
    return Finding(
        "figure_4",
        "Figure 4: the belief, and its prior",
        "The figure shows a beta distribution of the expected repression and the area up to the benefit, which is the probability of "
        "leaving. The text adds: good scores where α₀ = 26 + 0.66 β₀ (residual s.e. 4.01).",
        f"{near} of {len(table)} winners of all searches lie within two residual standard errors of the line.",
        SHOWN,
        NOTHING,
        {"figure_4": table, "figure_4_beliefs": pd.DataFrame(rows)},
        ("priors: replication/found", *behind),
    )


def best_run(evidence: Evidence, place: Place) -> int:
    """Return which of a place's runs comes nearest to the record."""
    return int(
        Objective(Target.from_country())
        .score_runs(table_of(evidence.yearly(place)))["score"]
        .to_numpy()
        .argmin()
    )


def drawn_places(evidence: Evidence) -> list[Place]:
    """Return the places of Figure 5: the two best regions, the defaults and the paper's values."""
    return [
        *evidence.good[:2],
        evidence.place("the defaults"),
        evidence.place("the paper's values"),
    ]


def figure_5(evidence: Evidence) -> Finding:
    """Return weekly series of the best run of each place."""
    rows, tables, behind = [], [], []
    objective = Objective(Target.from_country())
    for place in drawn_places(evidence):
        replicate = best_run(evidence, place)
        data = evidence.one(place, replicate)
        scores = objective.score_runs(table_of(evidence.yearly(place)))["score"].to_numpy()
        weeks = int(data["weeks_run"][0])
        repression = (
            data["weekly_repression_by_province"].isel(run=0, week=slice(0, weeks)).mean("province")
        )
        attempts = data["weekly_attempts_by_province"].isel(run=0)
        rows.append(
            {
                "place": place.name,
                "run": f"{place.number}-{replicate}",
                "seed": str(evidence.seeds(place)[replicate]),
                "score": scores[replicate],
                "mean of all runs": scores.mean(),
                "repression first": repression[0].item(),
                "repression last": repression[-1].item(),
                "most attempts (province, week)": int(attempts.max()),
                "weeks above tolerated": int(
                    (attempts > place.parameters.tolerated_attempts).any("province").sum()
                ),
                "tolerated": place.parameters.tolerated_attempts,
                "weeks run": weeks,
            }
        )
        names = {
            "weekly_attempts_by_province": "attempts",
            "weekly_repression_by_province": "repression",
            "weekly_belief_alpha_by_province": "belief_alpha",
            "weekly_belief_beta_by_province": "belief_beta",
        }
        series = data[list(names)].isel(run=0).rename(names).to_dataframe().reset_index()
        tables.append(series[["province", "week", *names.values()]].assign(place=place.name))
        behind.append(f"run {place.number}-{replicate} of root {evidence.root} ({place.name})")
    table = pd.DataFrame(rows)
    first = table.iloc[0]
    return Finding(
        "figure_5",
        "Figure 5: the best runs",
        "Two of the best runs; defection levels never reach the tolerated level, repression falls from about 85 % to about 44 %, and the "
        "belief ends tight around it (note 8).",
        f"The best of {evidence.runs:,} runs of the best region scores {told(first['score'])} (their mean: "
        f"{told(first['mean of all runs'])}: the best single run is a lucky one). Repression falls from {first['repression first']:.2f} "
        f"to {first['repression last']:.2f}; the tolerated number ({first['tolerated']}) is passed in {first['weeks above tolerated']} of "
        f"{first['weeks run']:,} weeks, with {first['most attempts (province, week)']:,} attempts in a province at most.",
        SHOWN,
        NOTHING + " The statements of note 8 are judged below.",
        {"figure_5": table, "figure_5_weekly": pd.concat(tables, ignore_index=True)},
        tuple(behind),
    )
