"""The share of women by year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection.replication.finding import Finding, most, of_range, told
from defection.replication.observed import fact
from defection.replication.runs import Evidence, whole

RULE = (
    "For each row of the record, its share of women is compared with the attempts of the best region's runs in the same years (the state "
    "does not look at gender, so shares of attempts are shares of successes). Reproduced: every row lies in the central 90 % of the runs. "
    "Not reproduced: more than half lie outside. Undecided else, or where there are fewer than 10 runs."
)


def finding(evidence: Evidence) -> Finding:
    """Compare the women's share by year."""
    known = fact("women")
    attempts = whole(evidence.yearly(evidence.best))["yearly_attempts_by_gender"]
    rows, verdicts = [], []
    for row in known.itertuples():
        here = attempts.sel(year=slice(row.first_year, row.last_year)).sum("year")
        every = here.sum("gender").to_numpy().astype(float)
        share = np.divide(
            here.sel(gender="female").to_numpy(),
            every,
            out=np.full(every.size, np.nan),
            where=every > 0,
        )
        record = row.women / (row.men + row.women)
        low, middle, high = np.nanquantile(share, [0.05, 0.5, 0.95])
        verdicts.append(of_range(record, share))
        years = (
            str(row.first_year)
            if row.first_year == row.last_year
            else f"{row.first_year}-{row.last_year}"
        )
        rows.append(
            {
                "years": years,
                "first_year": row.first_year,
                "last_year": row.last_year,
                "record": record,
                "best region, median": middle,
                "5 %": low,
                "95 %": high,
                "verdict": verdicts[-1],
            }
        )
    table = pd.DataFrame(rows)
    first, last = table.iloc[0], table.iloc[-1]
    return Finding(
        "women",
        "Women among those who leave",
        "'Over 70 % of the defectors who make it to South Korea are women'; Figure 2 gives women five units of ability. Who leaves is "
        "named as still to be validated.",
        f"On record the share rises from {first['record']:.1%} ({first['years']}) to {last['record']:.1%} ({last['years']}); among "
        f"attempts in the best region it is {first['best region, median']:.1%} and {last['best region, median']:.1%}. One constant "
        f"coefficient cannot make it rise (largest change between two rows: "
        f"{told(100 * float(table['best region, median'].diff().abs().max()))} points).",
        most(verdicts),
        RULE,
        {"women": table},
        (*evidence.behind(evidence.best), "record: replication/known/women.csv"),
        figure=f"{last['years']}: record {last['record']:.1%}, best region {last['best region, median']:.1%}",
    )
