"""Programmes that take people out of China: what they change, and at what cost."""

from defection.batch_runs.programme.inputs import ProgrammeError
from defection.batch_runs.programme.run import Programme, run_programme
from defection.batch_runs.programme.template import TEMPLATE

__all__ = ["TEMPLATE", "Programme", "ProgrammeError", "run_programme"]
