"""What cannot be inferred."""


class PosteriorError(ValueError):
    """A posterior cannot be made or judged; the message names what is missing."""
