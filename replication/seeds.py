"""The seeds of what is kept: of 63 bits, as when the results were computed; others now have 53."""

import functools

from defection.batch_runs.execution import evaluation
from defection.batch_runs.store import task

BITS = 63

MemoryEvaluation = functools.partial(evaluation.MemoryEvaluation, seed_bits=BITS)
run_points = functools.partial(evaluation.run_points, seed_bits=BITS)
run_seed = functools.partial(task.run_seed, bits=BITS)
