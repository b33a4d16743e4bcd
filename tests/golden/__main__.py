"""Keep the golden runs anew: ``python -m tests.golden``."""

import json

from tests.golden import KEPT, compiled, specifications

rows = [{**run, **compiled(run)} for run in specifications()]
KEPT.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n", encoding="utf-8")
print(
    f"{len(rows)} runs, {sum(row['weeks_run'] < row['weeks'] for row in rows)} of them stopped early"
)
