"""A ranking as text: intervals, the floor of noise, and a warning where the fit is poor."""

import pandas as pd

from defection.batch_runs.sensitivity.table import is_dummy

POOR = {"R2": (0.2, 0.5), "AUC": (0.6, 0.75)}
"""Quality below the first number: no order is shown; below the second: shown with a warning."""

WORDS = {
    "permutation": "loss of quality when the parameter is shuffled",
    "forest": "share of the decrease in impurity; noise gets a share as well",
    "sobol_first": "share of the variance by the parameter alone",
    "sobol_total": "share of the variance that the parameter takes part in",
    "morris": "mean absolute effect of a step through the range, in the outcome's unit",
    "morris_sd": "standard deviation of that effect: interaction or a bend",
}


def text(table: pd.DataFrame) -> str:
    """Return the ranking as lines to print, a block per outcome and method."""
    parts = table.groupby(["outcome", "method"], sort=False)
    return "\n\n".join(_block(str(outcome), str(method), part) for (outcome, method), part in parts)


def _block(outcome: str, method: str, part: pd.DataFrame) -> str:
    first = part.iloc[0]
    quality, called = float(first["quality"]), str(first["quality_name"])
    lines = [
        f"{outcome} by {method}: {WORDS.get(method, method)}",
        f"{int(first['runs']):,} runs, {called} {quality:.3g}",
    ]
    hidden, doubtful = POOR.get(called, (float("-inf"), float("-inf")))
    if not quality >= hidden:
        lines.append(
            f"Not shown: with {called} below {hidden:g} the forest does not explain this outcome, "
            "and an order would mean nothing. More runs may help."
        )
        return "\n".join(lines)
    if quality < doubtful:
        lines.append(
            f"Caution: {called} below {doubtful:g}; what the forest does not explain may order the "
            "parameters differently."
        )
    noise = is_dummy(part["parameter"])
    dummies = part[noise]
    floor = float(dummies["high"].max()) if len(dummies) else float("-inf")
    lines.append(f"{'':>3} {'parameter':26} {'importance':>10} {'90 % interval':>23}")
    for place, row in enumerate(part[~noise].itertuples(), 1):
        between, mark = f"{row.low:.3g} to {row.high:.3g}", "  *" if row.low > floor else ""
        lines.append(f"{place:>3} {row.parameter:26} {row.value:>10.3g} {between:>23}{mark}")
    if len(dummies):
        largest, limit = dummies["value"].max(), f"to {floor:.3g}"
        lines += [
            f"{'':>3} {'(the largest dummy)':26} {largest:>10.3g} {limit:>23}",
            "* above the noise: the interval lies above every dummy's, parameters that the model "
            "does not read.",
        ]
    return "\n".join(lines)
