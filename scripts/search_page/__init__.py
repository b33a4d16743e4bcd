"""The parts of ``docs/search.md`` that are made: a function for each table, and one for the picture."""
