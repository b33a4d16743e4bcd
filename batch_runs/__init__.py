"""Many runs at once: the compiled ensemble, and sweeps over many points of the parameters."""

from defection.batch_runs.crossings import crossings_of
from defection.batch_runs.designs import DESIGNS, DesignError, Space
from defection.batch_runs.ensemble import run_ensemble, stream_ensemble
from defection.batch_runs.follow import follow_runs
from defection.batch_runs.inputs import EnsembleError
from defection.batch_runs.records import PLAIN as RECORDS
from defection.batch_runs.records import RecordError
from defection.batch_runs.store.compaction import compact
from defection.batch_runs.store.replay import replay
from defection.batch_runs.store.results import SweepResults, open_results
from defection.batch_runs.sweeps.extension import extend_sweep
from defection.batch_runs.sweeps.sweep import run_sweep

if __name__ != "defection.batch_runs":
    raise ImportError("import defection.batch_runs, not batch_runs: or all classes exist twice")

__all__ = [
    "DESIGNS", "RECORDS", "DesignError", "EnsembleError", "RecordError", "Space", "SweepResults",
    "compact", "crossings_of", "extend_sweep", "follow_runs", "open_results", "replay",
    "run_ensemble", "run_sweep", "stream_ensemble",
]  # fmt: skip
