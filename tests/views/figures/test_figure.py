"""Figures look the same everywhere, write names as they are, and show themselves in a notebook."""

from __future__ import annotations

import io

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.text import Text

from defection.commands.main import main
from defection.files import FolderError
from defection.replication import RESULTS, Kept
from defection.views import run_folder, sweep_report
from defection.views.figures import catalogue, run_figure
from defection.views.figures.figure import Figure, own_settings
from tests.conftest import TINY

USERS = {
    "text.usetex": True, "font.size": 30.0, "font.family": ["cursive"], "axes.facecolor": "red",
    "axes.grid": True, "savefig.bbox": "tight", "savefig.facecolor": "black", "lines.linewidth": 9,
}  # fmt: skip
"""Settings of a user that change every figure or make it fail (there is no LaTeX here)."""

NAMES = ("Free $x^$ port", "_한국 😀 $\\frac{1}$")


def _png(make) -> bytes:
    file = io.BytesIO()
    make().savefig(file, format="png", dpi=40)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["run", "paper"])
def test_figures_are_the_same_whatever_the_user_s_settings_are(lively, kind):
    run = lively(weeks=10).run()
    paper = RESULTS["decline"].figures(Kept().tables("decline"))[0].draw
    draw = (lambda: run_figure(run)) if kind == "run" else paper
    usual = _png(draw)
    with mpl.rc_context(USERS):
        assert _png(draw) == usual
        made = draw()
    assert _png(lambda: made) == usual  # made under them, saved later


def test_every_figure_of_a_sweep_is_made_under_our_own_settings(single):
    with mpl.rc_context(USERS):
        for one in catalogue.figures(single):
            figure = one.draw()
            assert isinstance(figure, Figure), one.name
            assert not any(text.get_usetex() for text in figure.findobj(Text)), one.name


def test_drawing_leaves_the_user_s_settings_as_they_were(lively):
    with mpl.rc_context({"font.size": 7.0}):
        before = dict(mpl.rcParams)
        _png(lambda: run_figure(lively(weeks=10).run()))
        assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_names_are_drawn_as_they_are_written(lively, tiny, ending):
    model = lively(country=tiny.replace(provinces=NAMES, name="$\\frac{ land"), weeks=60).run()
    figure = run_figure(model)
    figure.savefig(io.BytesIO(), format=ending)  # warnings of missing glyphs are errors here
    assert [axis.get_title("left") for axis in figure.axes[1:]] == [*NAMES, *NAMES]
    plain = [text for text in figure.findobj(Text) if "$" in text.get_text()]
    assert {*NAMES, "$\\frac{ land, seed 1"} <= {text.get_text().strip() for text in plain}
    written = [text for text in plain if "mathdefault" not in text.get_text()]  # 10 to the power of
    assert not any(text.get_parse_math() for text in written)


def _failing(*_, **__):
    raise RuntimeError("no\nglyph")


def test_a_figure_that_fails_does_not_lose_the_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(Figure, "savefig", _failing)
    out = tmp_path / "run"
    words = ["run", "--country", str(TINY), "--seed", "1", "--out", str(out), "--quiet"]
    assert main(words) == 1
    said = f"defection: {out} is kept, but run.png could not be drawn: RuntimeError: no glyph\n"
    assert capsys.readouterr().err == said
    assert {file.name for file in out.iterdir()} == {*run_folder.FILES} - {"run.png"}
    assert len(pd.read_parquet(out / "weekly.parquet")) == 208


def test_a_figure_that_fails_does_not_lose_the_report_nor_the_other_figures(
    single, tmp_path, monkeypatch
):
    made = [catalogue.SweepFigure(*one) for one in (("a", "", _failing), ("b", "", Figure))]
    for module in (catalogue, sweep_report):
        monkeypatch.setattr(module, "figures", lambda *_: made)
    why = r"could not be drawn: a{} \(RuntimeError: no glyph\)"
    with pytest.raises(FolderError, match=f"report.html is written, but {why.format('')}"):
        sweep_report.write_report(single, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Could not be drawn: a (RuntimeError: no glyph)." in page
    assert page.count("<img") == 1
    with pytest.raises(FolderError, match=f"figures lacks what {why.format('.png')}"):
        catalogue.write_figures(single, tmp_path / "figures")
    assert [file.name for file in (tmp_path / "figures").iterdir()] == ["b.png"]


@pytest.mark.filterwarnings("default")  # what IPython imports warns
def test_a_figure_shows_itself_once_as_the_last_line_of_a_cell():
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.core.pylabtools import select_figure_formats

    shell, figure = InteractiveShell(), Figure(figsize=(1, 1))
    figure.subplots()  # IPython shows no figure without axes
    for inline in (False, True):  # without, and with %matplotlib inline
        if inline:
            select_figure_formats(shell, {"png"})
        shown, _ = shell.display_formatter.format(figure)
        assert [kind for kind in shown if kind.startswith("image")] == ["image/png"]
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_the_fonts_of_figures_are_there():
    with own_settings():
        assert mpl.rcParams["font.family"][0] == "DejaVu Sans"
        for name in mpl.rcParams["font.family"]:
            mpl.font_manager.findfont(name, fallback_to_default=False)
