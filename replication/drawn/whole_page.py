"""The page that lays every finding beside ours."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pandas as pd

import defection
from defection.compiled import law_fingerprint
from defection.parameters import PARAMETERS
from defection.replication import NOT, REPRODUCED, UNDECIDED, Evidence, Finding
from defection.replication.drawn.figures import figures_of
from defection.replication.drawn.section import LOOK, badge, framed, section
from defection.views.page import element, facts, page, table

TITLE = "The paper's findings beside ours"
REPEAT = """from defection.batch_runs import run_ensemble
from defection.replication.points import places
from defection.batch_runs.searches import run_seed

place = places()[POINT]
data = run_ensemble(place.parameters, [run_seed({root}, POINT, replicate) for replicate in range({runs})])"""


def text(findings: list[Finding], evidence: Evidence) -> str:
    """Return the page."""
    body = [element("h1", TITLE), *_opening(evidence), *_summary(findings)]
    for finding in findings:
        body += section(finding, figures_of(finding))
    return page(TITLE, *body, *_runs(evidence))


def _opening(evidence: Evidence) -> list[Element]:
    how = (
        "a quick report: fewer runs, and nothing between regions"
        if evidence.quick
        else "the full report"
    )
    return [
        element("p", "Dukalskis, Elkink & Xiong (2017), ", element("em", "Defecting from Autocracy"), ", working paper of 11 June "
            "2017. Its code, its figures and "
                "what it does not report are not public: what is compared is its text with this implementation."),
        facts({
            "Made with": f"defection {defection.__version__}, law {law_fingerprint()}, data {evidence.country.fingerprint} (fingerprints)",
            "Runs": f"{evidence.runs:,} of each of {len(evidence.points)} points, root {evidence.root}; {how}",
            "Best region": f"{evidence.best.name} ({evidence.best.source})",
        }),
    ]  # fmt: skip


def _summary(findings: list[Finding]) -> list[Element]:
    rows, verdicts = [], []
    for finding in findings:
        for what, verdict, figure in finding.parts or (
            ("as a whole", finding.verdict, finding.figure),
        ):
            if verdict in LOOK:
                rows.append((finding.title, what, figure, verdict))
                verdicts.append(verdict)
    counts = ", ".join(f"{verdicts.count(one)} {one}" for one in (REPRODUCED, NOT, UNDECIDED))
    made = table(("finding", "part", "here", "verdict"), rows, texts=4)
    for line in made.iter("tr"):
        cell = line.findall("td")[-1:]
        if cell:
            word, cell[0].text = cell[0].text or "", None
            cell[0].append(badge(word))
    return [
        element("h2", "Verdicts"),
        element(
            "p",
            f"{len(verdicts)} verdicts: {counts}. Each follows from a rule that stands in its section; what is only drawn has none.",
        ),
        made,
    ]


def _runs(evidence: Evidence) -> list[Element]:
    made = pd.DataFrame(evidence.made)
    columns = ["name", "changed", "recorded", "ids", "point", "runs", "root"]
    points = pd.DataFrame(
        [
            {
                "parameter": name,
                **{place.name: str(getattr(place.parameters, name)) for place in evidence.points},
            }
            for name in PARAMETERS
        ]
    )
    shown = (
        made[columns].assign(point=made["point"].astype(str), root=made["root"].astype(str))
        if len(made)
        else made
    )
    return [
        element("h2", "The runs behind the numbers", id="runs"),
        element("p", "A run is called POINT-REPLICATE; its seed follows from the root, the point and the replicate. What is changed "
                     "keeps the point's seeds. To repeat:"),
        element("pre", REPEAT.format(root=evidence.root, runs=evidence.runs)),
        framed(shown),
        element("h3", "The points"),
        framed(points),
    ]  # fmt: skip
