"""The hypergeometric distribution: whose attempts are among those that got through."""

from defection.compiled import compiled, inlined

MARGIN, NEAR, FEW = 1e-9, 1e-11, 16
"""How far quick decisions stay from a bound, relative to it, and from a sum; its most terms."""


@inlined
def hypergeometric_quantile(u: float, total: int, marked: int, drawn: int) -> int:
    """Return the smallest k with P(X <= k) >= u, where X of ``drawn`` are among the ``marked``.

    ``drawn`` are taken from ``total`` without putting back. Mostly Bonferroni's bounds are enough,
    and always where one is marked or left out: Y of the marked are left out, S in expectation, and
    D pairs of them, so that P(Y >= 1) lies between S - D and S, and P(Y >= 2) is at most D.
    """
    left = total - drawn
    here, pairs = u * float(total), marked * float(left)
    if here > pairs * (1.0 + MARGIN):
        return marked
    others = max(1.0, float(total) - 1.0)
    twice = 0.5 * pairs * ((marked - 1) * float(left - 1))
    here *= others
    if (here >= twice * (1.0 + MARGIN)) & (here < (pairs * others - twice) * (1.0 - MARGIN)):
        return marked - 1
    return _near_hypergeometric_quantile(u, total, marked, drawn)


@compiled
def _near_hypergeometric_quantile(u: float, total: int, marked: int, drawn: int) -> int:
    """Return the same where more than the bound is needed.

    Where few of the marked are left out quick sums say what :func:`summed_hypergeometric_quantile`
    does; it decides what is close.
    """
    whole, left, rest = float(total), float(total - drawn), 1.0 - u
    few, many = min(float(marked), left), max(float(marked), left)
    if few <= FEW:
        above, below = 1.0, 1.0
        for i in range(int(few)):
            above *= whole - many - i
            below *= whole - i
        term, y = above / below, 0.0
        reached = term
        while term > MARGIN and abs(reached - rest) > NEAR:
            if reached > rest:
                return int(marked - y)
            y += 1.0
            term *= (many - y + 1.0) * (few - y + 1.0) / (y * (whole - many - few + y))
            reached += term
    return summed_hypergeometric_quantile(u, total, marked, drawn)


@compiled
def summed_hypergeometric_quantile(u: float, total: int, marked: int, drawn: int) -> int:
    """Return the same from terms relative to the likeliest one: none underflows near it."""
    low, high = max(0, drawn + marked - total), min(marked, drawn)
    if low == high:
        return low
    mode = int((drawn + 1.0) * (marked + 1.0) / (total + 2.0))
    mode = min(max(mode, low), high)
    below, term, first = 0.0, 1.0, mode  # sum of the terms before the mode, down to the first
    while first > low and term > 1e-20:
        rest = total - marked - drawn + first
        term *= first * float(rest) / ((marked - first + 1.0) * (drawn - first + 1.0))
        first -= 1
        below += term
    start, above, term, k = term if first < mode else 1.0, 0.0, 1.0, mode
    while k < high and term > 1e-20:
        term *= (marked - k) * float(drawn - k) / ((k + 1.0) * (total - marked - drawn + k + 1.0))
        k += 1
        above += term
    goal = u * (below + 1.0 + above)
    k, term = first, start
    reached = term
    while reached < goal and k < high:
        term *= (marked - k) * float(drawn - k) / ((k + 1.0) * (total - marked - drawn + k + 1.0))
        k += 1
        if reached + term == reached and k > mode:
            break  # u lies within rounding of one
        reached += term
    return k
