"""What a result of the paper is here: how it is computed, judged by a written rule, drawn, told."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from defection.views.figures.figure import Figure as Drawing

if TYPE_CHECKING:
    from defection.replication.runs import Runs

Tables = Mapping[str, Any]
"""What is kept of a result: a data frame under the name of its file without ``.csv``; under a name
that ends in ``.json`` a mapping. Everything that a verdict, a figure or a text needs is in them."""


@dataclasses.dataclass(frozen=True)
class Judgement:
    """What was found here and the verdict that follows from it.

    Parameters
    ----------
    verdict : str
        On the whole.
    here : str
        What was found here, in sentences with figures.
    figure : str
        The figure that decides the whole, where there are no parts.
    parts : tuple of (str, str, str)
        Verdicts of parts, where there are several: what, verdict, the figure that decides it.

    Examples
    --------
    >>> Judgement("reproduced", "The score is 5.", "score 5").verdict
    'reproduced'
    """

    verdict: str
    here: str
    figure: str = ""
    parts: tuple[tuple[str, str, str], ...] = ()


@dataclasses.dataclass(frozen=True)
class Figure:
    """One figure; ``docs/images/NAME.png`` is drawn again where it is there.

    Parameters
    ----------
    name, title, caption : str
        Title and caption together are the alternative text.
    draw : function
        Returns the Matplotlib figure.

    Examples
    --------
    >>> Figure("fit", "The fit", "By year.", Drawing).alt
    'The fit. By year.'
    """

    name: str
    title: str
    caption: str
    draw: Callable[[], Drawing]

    @property
    def alt(self) -> str:
        """The figure in words, for those who do not see it."""
        return f"{self.title}. {self.caption}"


@dataclasses.dataclass(frozen=True)
class Part:
    """What a result reads of another one's tables, where that is not all of them.

    Parameters
    ----------
    read : function of Tables
        Returns it as plain values; their fingerprint is kept, in place of that of the tables.
    circles : bool
        Whether runs with several news circles are among what it was computed from.

    Examples
    --------
    >>> Part(lambda tables: tables["found.json"]["score"]).read({"found.json": {"score": 5.0}})
    5.0
    """

    read: Callable[[Tables], Any]
    circles: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Result:
    """One result of the paper, or a stored measurement that results rest on.

    Parameters
    ----------
    name, title : str
        The name is that of the command line and of the section of the report.
    compute : function of Runs
        Returns the tables to keep. It may read other results by ``runs.tables(name)``.
    needs : tuple of str
        Names of results whose tables it reads; it is stale when they are.
    parts : mapping of str to Part
        What it reads of a result that it needs, where that is not all: it is stale when this part
        is another, or was not computed by the present behaviour.
    circles : bool
        Whether it runs points of several news circles; else a change in these does not concern it.
    journey : bool
        Whether it runs points whose crossings or journeys it reads; else a change in who crosses,
        or in what happens then, does not concern it.
    missing : function of Tables
        Returns, in words, what its tables should have and have not.
    reads : tuple of str
        Files below ``replication/`` that it reads, folders of the countries' data
        (``data/...``), or other sources in words; it is stale when a file of them is another.
    folder : str
        Where its tables are kept, below ``replication/``.
    seconds : float
        Rough cost on two cores; what costs nothing is renewed with what it needs.
    paper, rule : str
        What the paper says; the rule by which the verdict follows.
    judge : function of Tables, optional
        Returns the judgement.
    figures : function of Tables
        Returns the figures.
    texts : mapping of str to function of Tables
        Generated Markdown by the name of its place, ``<!-- begin: NAME -->`` in a page.

    Examples
    --------
    >>> from defection.replication import RESULTS
    >>> RESULTS["decline"].needs
    ('points',)
    """

    name: str
    title: str
    compute: Callable[[Runs], Tables]
    needs: tuple[str, ...] = ()
    parts: Mapping[str, Part] = dataclasses.field(default_factory=dict)
    circles: bool = False
    journey: bool = False
    missing: Callable[[Tables], Sequence[str]] = lambda _tables: ()
    reads: tuple[str, ...] = ()
    folder: str = "tables/report"
    seconds: float = 1.0
    paper: str = ""
    rule: str = ""
    judge: Callable[[Tables], Judgement] | None = None
    figures: Callable[[Tables], list[Figure]] = lambda _tables: []
    texts: Mapping[str, Callable[[Tables], str]] = dataclasses.field(default_factory=dict)
