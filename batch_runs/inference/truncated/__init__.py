"""Posteriors by networks that learn in rounds."""
