"""Many runs at once: the compiled ensemble."""

from defection.batch_runs.ensemble import run_ensemble, stream_ensemble
from defection.batch_runs.inputs import EnsembleError, random_parameters
from defection.batch_runs.records import PLAIN as RECORDS
from defection.batch_runs.records import RecordError

__all__ = ["RECORDS", "EnsembleError", "RecordError", "random_parameters", "run_ensemble", "stream_ensemble"]
