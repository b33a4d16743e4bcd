"""Reference loops and timings."""
