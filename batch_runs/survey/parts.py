"""What was asked in the runs of a survey, kept so that a command that was ended goes on."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from defection.batch_runs.parts import Parts
from defection.batch_runs.survey.interview import SurveyError


@dataclasses.dataclass(frozen=True, eq=False)
class Sample:
    """What was asked in one run.

    Parameters
    ----------
    seed : int
        Of the run.
    table : DataFrame
        A row per respondent; none where nobody was in China.
    simulated, drawn : tuple of str
        Columns of it that are simulated, and drawn.
    measured : array
        Those of the published margins, in percent, [M].
    truths : mapping
        Of each statement, in which sets of coefficients it is true.
    stopped : int
        Weeks after which the run stopped, if that was before the end of the interviews; else 0.
    """

    seed: int
    table: pd.DataFrame
    simulated: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()
    measured: np.ndarray = dataclasses.field(default_factory=lambda: np.zeros(0))
    truths: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)
    stopped: int = 0


class SurveyParts(Parts):
    """The samples of some runs after another, a part for each batch of runs."""

    names = r"runs-\d{6}"
    error = SurveyError

    def samples(self, batch: int, runs: int) -> Iterator[Sample]:
        """Yield what is kept, from the first run to the first that is missing."""
        for first in range(0, runs, batch):
            kept = self.read(f"runs-{first:06}")
            if kept is None:
                return
            yield from (_sample(kept, number) for number in range(len(kept["seeds"])))

    def keep(self, first: int, samples: Sequence[Sample]) -> None:
        """Keep a batch of samples, of which ``first`` is the number of the first run."""
        arrays = {"seeds": np.array([str(one.seed) for one in samples])}
        for number, one in enumerate(samples):
            own = {"measured": one.measured, "stopped": np.array(one.stopped)}
            own |= {f"truth {name}": values for name, values in one.truths.items()}
            for name in one.table:
                column = one.table[name].to_numpy()
                if column.dtype.kind in "if":
                    own[f"column {name}"] = column
                else:  # the same few texts stand in many rows
                    texts, codes = np.unique(column.astype(np.str_), return_inverse=True)
                    own |= {f"texts {name}": texts, f"column {name}": codes.astype(np.int32)}
            own |= {"simulated": np.array(one.simulated, np.str_)}
            own |= {"drawn": np.array(one.drawn, np.str_)}
            arrays |= {f"{number} {name}": values for name, values in own.items()}
        self.write(f"runs-{first:06}", arrays)


def _sample(kept: Mapping[str, np.ndarray], number: int) -> Sample:
    own = {n.removeprefix(f"{number} "): v for n, v in kept.items() if n.startswith(f"{number} ")}

    def called(kind: str) -> dict[str, np.ndarray]:
        return {n.removeprefix(kind): v for n, v in own.items() if n.startswith(kind)}

    simulated, drawn = (tuple(map(str, own[name])) for name in ("simulated", "drawn"))
    texts, columns = called("texts "), called("column ")
    whole = {n: texts[n][codes] if n in texts else codes for n, codes in columns.items()}
    seed, truths, stopped = int(kept["seeds"][number]), called("truth "), int(own["stopped"])
    return Sample(seed, pd.DataFrame(whole), simulated, drawn, own["measured"], truths, stopped)
