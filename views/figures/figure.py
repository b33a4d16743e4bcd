"""Figures that look the same everywhere: drawn under Matplotlib's defaults, texts as written."""

import contextlib
import functools
import io
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any, ParamSpec

import matplotlib as mpl
import matplotlib.style
from matplotlib import figure, font_manager, text
from matplotlib.axes import Axes

FALLBACK = (
    "Noto Sans CJK KR", "Noto Sans KR", "NanumGothic", "Malgun Gothic", "Apple SD Gothic Neo",
    "Noto Sans CJK JP", "WenQuanYi Zen Hei", "Microsoft YaHei", "Arial Unicode MS",
    "Noto Emoji", "Segoe UI Emoji", "Noto Sans Symbols2",
)  # fmt: skip
"""Fonts for letters that DejaVu Sans lacks, where the machine has them and the user names none."""

_LOCK = threading.RLock()  # Matplotlib's settings and Python's filters are those of all threads

P = ParamSpec("P")


@contextlib.contextmanager
def own_settings() -> Iterator[None]:
    """Hold Matplotlib's defaults, whatever ``matplotlibrc`` says; no warning of missing glyphs."""
    with _LOCK, mpl.style.context("default"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        mpl.rcParams["font.family"] = _fonts()
        yield


@functools.cache
def _fonts() -> list[str]:
    there = {font.name for font in font_manager.fontManager.ttflist}
    wanted = dict.fromkeys([*mpl.rcParamsOrig["font.sans-serif"], *FALLBACK])
    return ["DejaVu Sans", *(name for name in wanted if name in there - {"DejaVu Sans"})]


class Figure(figure.Figure):
    """A figure of Matplotlib that keeps its look, and shows itself in a notebook.

    It belongs to no window, so it is shown once, as the last line of a cell, and ``pyplot`` does
    not know it.
    """

    def draw(self, renderer: Any) -> None:
        """Draw under our own settings."""
        with own_settings():
            super().draw(renderer)

    def savefig(self, fname: Any, **how: Any) -> None:
        """Save under our own settings."""
        with own_settings():
            super().savefig(fname, **how)

    def in_bytes(self, **how: Any) -> bytes:
        """Return the bytes of the file that ``savefig`` would write."""
        file = io.BytesIO()
        self.savefig(file, **how)
        return file.getvalue()

    def _repr_png_(self) -> bytes:
        return self.in_bytes(format="png")


def one_axis(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure of a size in inches with one drawing."""
    made = Figure(figsize=(width, height), layout="constrained")
    return made, made.subplots()


def drawn(function: Callable[P, Figure]) -> Callable[P, Figure]:
    """Have a function make its figure under our own settings, with texts as they are written."""

    @functools.wraps(function)
    def make(*arguments: P.args, **settings: P.kwargs) -> Figure:
        with own_settings():
            made = function(*arguments, **settings)
            for one in made.findobj(text.Text):
                if "$" in one.get_text():
                    one.set_parse_math(False)
            return made

    return make
