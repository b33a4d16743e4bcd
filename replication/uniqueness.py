"""Whether the good region is the only one, and how rare good runs are."""

import numpy as np
import pandas as pd

from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import groups, line_scan, regions, search_space
from defection.parameters import PARAMETERS
from defection.replication.markdown import shown
from defection.replication.points import MARGIN
from defection.replication.reported import PAPER
from defection.replication.result import Judgement, Result, Tables
from defection.replication.runs import Runs
from defection.replication.seeds import MemoryEvaluation
from defection.replication.verdicts import NOT, REPRODUCED, UNDECIDED, formatted, of_all, together

MIN_DISTANCE, RIDGE, STRICT = 0.2, 3.0, 2.0
GROUP, JOINED = "group by nearness", "region by line scans"

RULE = (
    "Only region: regions fit nearly as well as the best if their stored score is at most "
    f"{MARGIN:g} worse. Groups: average distance in the unit cube of the searched ranges below "
    f"{MIN_DISTANCE:g}. Not reproduced: two groups, and on a straight line between them a point "
    f"scores more than {RIDGE:g} worse than the worse end. Reproduced: one group. Undecided: "
    "several groups with passable lines between them, or with none looked at (--quick): one long "
    "ridge rather than one small region. The same is asked of the regions whose mean score here is "
    f"at most {STRICT:g} worse; undecided where the two answers differ. Narrow: reproduced if, "
    "over the regions that fit nearly as well, the standard deviation of each of δ, H, K and the "
    "tolerated number is at most twice the paper's; not reproduced if none is; undecided if some "
    "are, or there are fewer than three regions. Rare: reproduced if fewer than 5 % of the points "
    "of a screen of the whole space are neither extinct nor runaway; not reproduced if more. (One "
    "run each.) As a whole undecided where these differ."
)


def of_groups(close: np.ndarray, joined: np.ndarray | None) -> str:
    """Return the verdict on 'the only region' from groups and, where looked at, line scans."""
    if len(set(close)) == 1:
        return REPRODUCED if len(close) > 1 else UNDECIDED
    return UNDECIDED if joined is None or len(set(joined)) == 1 else NOT


def of_margins(scores: np.ndarray, close: np.ndarray, joined: np.ndarray | None) -> str:
    """Return the same over all regions and the best ones; undecided where the two differ."""
    near = scores - scores.min() <= STRICT
    strict = of_groups(close[near], None if joined is None else joined[near])
    return together([of_groups(close, joined), strict])


def of_ranges(sd: pd.Series, paper_sd: pd.Series) -> str:
    """Return the verdict on narrow ranges from standard deviations, ours and the paper's."""
    return of_all((sd <= 2 * paper_sd).tolist())


def compute(runs: Runs) -> Tables:
    """Return the regions side by side, their ranges, the screen, and lines between them."""
    space, good, tables = search_space(), runs.good, {}
    points = pd.DataFrame([point.parameters.as_dict() for point in good])
    scores = runs.tables("fit")["fit_scores"]["score"].head(len(good)).to_numpy()
    rows = {"score": scores, **{name: points[name] for name in space.names}}
    rows[GROUP] = groups(points, space, min_distance=MIN_DISTANCE)
    if not runs.quick and len(good) > 1:
        runs.log("runs on the lines between regions")
        objective = Objective(Target.from_country())
        with MemoryEvaluation(runs.root + 1, workers=runs.threads) as evaluate:
            lines = line_scan(points, space, objective, evaluate, stops=3, replicates=8)
        rows[JOINED] = regions(points.assign(score=scores), lines, ridge=RIDGE)
        last = len(lines) - 1
        runs.used.append(f"lines: root {runs.root + 1}, points 0 to {last}, 8 runs each")
        columns = ["first", "second", "share", "score", "sd", "stopped_early"]
        tables["regions_lines"] = lines[columns]
    wide = pd.DataFrame(rows).T.set_axis([point.name for point in good], axis=1)
    sds = {name: one.sd for name, one in PAPER.items() if one.sd is not None}
    ends = points[list(sds)].agg(["min", "max", "std"]).astype(float).T
    ranges = ends.set_axis(["smallest", "largest", "sd"], axis=1).assign(paper_sd=sds)
    screen = pd.DataFrame([runs.tables("baseline")["baseline.json"]["screen"]])
    return {
        "regions": wide.rename_axis("parameter").reset_index(),
        "regions_ranges": ranges.rename_axis("parameter").reset_index(),
        "regions_screen": screen.assign(source="replication/found/baseline.json"),
        **tables,
    }


def _judge(tables: Tables) -> Judgement:
    table = tables["regions"].set_index("parameter")
    ranges, screen = tables["regions_ranges"], tables["regions_screen"].iloc[0]
    close = table.loc[GROUP].to_numpy()
    joined = table.loc[JOINED].to_numpy() if JOINED in table.index else None
    only = of_margins(table.loc["score"].to_numpy(float), close, joined)
    narrow = of_ranges(ranges["sd"], ranges["paper_sd"]) if len(close) > 2 else UNDECIDED
    rare = REPRODUCED if screen["sustained"] < 0.05 else NOT
    symbols = [PARAMETERS[name].symbol or name for name in ranges["parameter"]]
    ends = zip(symbols, ranges["smallest"], ranges["largest"], strict=True)
    wide = ", ".join(f"{name} {formatted(low)} to {formatted(high)}" for name, low, high in ends)
    found = [f"{len(set(close))} groups"]
    found += [] if joined is None else [f"{len(set(joined))} by line scans"]
    between = "lines between them not looked at" if joined is None else found[-1]
    sustained = f"{screen['sustained']:.1%} of a screen of the whole space"
    return Judgement(
        together([only, narrow, rare]),
        f"{len(close)} regions fit nearly as well as the best, in {found[0]} by nearness "
        f"({between}). Their parameters range widely: {wide}. Of a screen of the whole space "
        f"{screen['extinct']:.0%} go extinct, {screen['runaway']:.0%} run away, "
        f"{screen['sustained']:.1%} do neither.",
        parts=(
            ("the only region", only, ", ".join(found)),
            ("narrow ranges", narrow, wide),
            ("good runs are rare", rare, sustained),
        ),
    )


RESULT = Result(
    name="uniqueness", title="Other regions that fit nearly as well, and how rare they are",
    compute=compute, judge=_judge, needs=("baseline", "points", "fit"), seconds=20,
    texts={"search-regions": lambda tables: shown(tables["regions"])}, rule=RULE,
    paper="The region is 'very small indeed'; close to 100,000 simulations 'certainly suggest' "
    "that it is the only one. Under most configurations there are no defections or an immediate "
    "stream.",
)  # fmt: skip
