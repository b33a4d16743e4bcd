"""Who runs points: engines, the work of a worker, and one evaluation for sweeps, searches and inference."""
