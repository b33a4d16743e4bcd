"""What is done of a programme, kept so that a command that was ended goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from defection.batch_runs.parts import Parts
from defection.batch_runs.programme.inputs import ProgrammeError
from defection.batch_runs.programme.paths import CrossedRun
from defection.batch_runs.programme.world import Found

POINTS_OF_A_PART = 32

Evaluate = Callable[[Sequence[Mapping[str, float]], int], Iterator[Found]]


class ProgrammeParts(Parts):
    """The runs of the law, and what is found at points."""

    names = r"law|points-\d{5}"
    error = ProgrammeError

    def law(self, run: Callable[[], dict[int, CrossedRun]]) -> dict[int, CrossedRun]:
        """Return the runs of the law by seed, kept or run now."""
        if (kept := self.read("law")) is not None:
            return {
                int(seed): CrossedRun(kept[f"crossed_{seed}"], kept[f"repression_{seed}"])
                for seed in kept["seeds"]
            }
        runs = self.worked_out(run)
        arrays = {"seeds": np.array(list(runs))}
        for seed, one in runs.items():
            arrays |= {f"crossed_{seed}": one.crossed, f"repression_{seed}": one.repression}
        self.write("law", arrays)
        return runs

    def points(self, points: Sequence[Mapping[str, float]], evaluate: Evaluate) -> list[Found]:
        """Return what is found at points, kept or evaluated now."""
        found: list[Found] = []
        for first in range(0, len(points), POINTS_OF_A_PART):
            name = f"points-{first:05}"
            kept = self.read(name)
            if kept is None:
                own = self.worked_out(
                    lambda these, done: list(evaluate(these, done)),
                    points[first : first + POINTS_OF_A_PART], first,
                )  # fmt: skip
                kept = {
                    "spent": np.array([one.spent for one in own]),
                    "planned": np.array([one.planned for one in own]),
                    **{
                        f"effect {effect}": np.array([one.effects[effect] for one in own])
                        for effect in own[0].effects
                    },
                    **{
                        f"news {name}": np.array([one.news[name] for one in own])
                        for name in own[0].news
                    },
                }  # fmt: skip
                self.write(name, kept)
            effects, news = (
                {
                    name.removeprefix(kind): values
                    for name, values in kept.items() if name.startswith(kind)
                }
                for kind in ("effect ", "news ")
            )  # fmt: skip
            found += [
                Found(
                    float(kept["spent"][i]), float(kept["planned"][i]),
                    {name: values[i] for name, values in effects.items()},
                    {name: values[i] for name, values in news.items()},
                )
                for i in range(len(kept["spent"]))
            ]  # fmt: skip
        return found
