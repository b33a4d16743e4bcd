"""The report on the paper's findings: one HTML page that holds everything, and its figures and tables as files."""

from __future__ import annotations

import json
import pathlib
import time

import pandas as pd

import defection
from defection.compiled import law_fingerprint
from defection.files import FolderError, check_file, replaced_file
from defection.replication import Evidence, Finding, every
from defection.replication.drawn.figures import figures_of
from defection.replication.drawn.whole_page import text

FORMATS = ("png", "svg")
MANIFEST = "manifest.json"


def write_report(
    evidence: Evidence, file: str | pathlib.Path, *, data: str | pathlib.Path | None = None, force: bool = False
) -> list[Finding]:  # fmt: skip
    """Run what is needed, write the page and, if asked, the folder of its figures, tables and manifest; returns the findings.

    Raises
    ------
    FolderError
        The file, or a file of the folder, exists (without ``force``), or cannot be written.
    """
    place = check_file(file, force=force)
    folder = None if data is None else check_folder(pathlib.Path(data), force=force)
    start = time.monotonic()
    findings = every(evidence)
    page = text(findings, evidence)
    if folder is not None:
        write_data(findings, evidence, folder, seconds=time.monotonic() - start)
    with replaced_file(place, force=force) as beside:
        beside.write_text(page, encoding="utf-8")
    return findings


def check_folder(folder: pathlib.Path, *, force: bool) -> pathlib.Path:
    """Refuse early: a file, a folder that holds an earlier report without ``force``, or one that holds something else."""
    if folder.exists() and not folder.is_dir():
        raise FolderError(
            f"{folder} exists and is not a folder; name a folder for figures and tables"
        )
    if folder.exists() and any(folder.iterdir()) and not (folder / MANIFEST).exists():
        raise FolderError(
            f"{folder} holds something else than an earlier report; name another folder"
        )
    check_file(folder / MANIFEST, force=force)
    return folder


def write_data(
    findings: list[Finding], evidence: Evidence, folder: pathlib.Path, *, seconds: float
) -> None:
    """Write every figure as PNG and SVG, every table as CSV, the runs, and a manifest."""
    for finding in findings:
        for name, frame in finding.tables.items():
            _write(frame, folder / f"{name}.csv")
        for drawn in figures_of(finding):
            figure = drawn.draw()
            for kind in FORMATS:
                with replaced_file(folder / f"{drawn.name}.{kind}", force=True) as beside:
                    figure.savefig(beside, format=kind, dpi=150)
    verdicts = [
        {"finding": f.name, "part": part, "verdict": verdict, "figure": said}
        for f in findings
        for part, verdict, said in (("as a whole", f.verdict, f.figure), *f.parts)
    ]
    _write(pd.DataFrame(verdicts), folder / "verdicts.csv")
    _write(pd.DataFrame(evidence.made), folder / "runs.csv")
    points = [
        {"point": p.number, "name": p.name, "source": p.source, **p.parameters.as_dict()}
        for p in evidence.points
    ]
    _write(pd.DataFrame(points), folder / "points.csv")
    about = {
        "defection": defection.__version__,
        "law": law_fingerprint(),
        "country": evidence.country.fingerprint,
        "root": evidence.root,
        "runs": evidence.runs,
        "quick": evidence.quick,
        "runs_made": sum(row["runs"] for row in evidence.made),
        "seconds": round(seconds),
        "behind": {f.name: list(f.behind) for f in findings},
    }
    with replaced_file(folder / MANIFEST, force=True) as beside:
        beside.write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _write(frame: pd.DataFrame, file: pathlib.Path) -> None:
    with replaced_file(file, force=True) as beside:
        frame.to_csv(beside, index=False, lineterminator="\n")
