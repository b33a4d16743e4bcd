"""A virtual survey of the people in China, beside what a real one published (docs/survey.md)."""

from defection.batch_runs.survey.run import Survey, run_survey
from defection.batch_runs.survey.settings import SurveyError

__all__ = ["Survey", "SurveyError", "run_survey"]
