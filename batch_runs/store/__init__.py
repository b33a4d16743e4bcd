"""What is kept of many runs: plans, immutable parts, tables of runs, and reading them back."""
