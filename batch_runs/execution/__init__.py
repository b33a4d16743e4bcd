"""Who runs points: engines, what a worker does, and one evaluation of points for everybody."""
