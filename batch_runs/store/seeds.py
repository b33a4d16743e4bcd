"""The seed of every run of a sweep: a function of the sweep's seed, the point and the replicate alone."""

from __future__ import annotations

import numpy as np


def run_seed(root: int, point: int, replicate: int, *, common_random_numbers: bool = False) -> int:
    """Return the whole number (63 bits) that seeds a run: made of ``SeedSequence(root, spawn_key=(point, replicate))``.

    With ``common_random_numbers`` all points share the luck of point 0, replicate by replicate: what differs
    between them is the effect of their parameters (common random numbers).
    """
    sequence = np.random.SeedSequence(
        root, spawn_key=(0 if common_random_numbers else point, replicate)
    )
    return int(sequence.generate_state(1, np.uint64)[0] >> np.uint64(1))
