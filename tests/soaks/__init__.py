"""Sweeps and searches that are killed again and again end with the bytes of those nobody killed."""
