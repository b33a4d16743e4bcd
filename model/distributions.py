"""The distributions of the law, exact and compiled.

The beta distribution's area, and the inverses of the binomial one and the Poisson one.
Written here because both engines must give the same bits; judged in the tests by SciPy.
"""

import math

from defection.compiled import compiled, inlined

_LOG_ROOT_2_PI = 0.918938533204672741780329736406
SUMMED_MEAN = 64.0
"""Below this mean the binomial is summed from zero, above it is searched around a guess."""


@inlined
def stirling_error(x: float) -> float:
    """Return ln Γ(x+1) - [(x + ½) ln x - x + ½ ln 2π], the error of Stirling's formula, for x > 0.

    Source: C. Loader (2000), *Fast and accurate computation of binomial probabilities*.
    """
    if x < 16.0:
        return math.lgamma(x + 1.0) - (x + 0.5) * math.log(x) + x - _LOG_ROOT_2_PI
    y = 1.0 / (x * x)
    return (
        1.0 / 12.0
        - (
            1.0 / 360.0
            - (1.0 / 1260.0 - (1.0 / 1680.0 - (1.0 / 1188.0 - y * 691.0 / 360360.0) * y) * y) * y
        )
        * y
    ) / x


@inlined
def deviance(x: float, mean: float) -> float:
    """Return x ln(x / mean) + mean - x without cancellation, for x, mean > 0 (Loader 2000)."""
    difference = x - mean
    if abs(difference) >= 0.1 * (x + mean):
        return x * math.log(x / mean) + mean - x
    v = difference / (x + mean)
    total = difference * v
    term = 2.0 * x * v
    k = 1
    while k < 1000:
        term *= v * v
        following = total + term / (2 * k + 1)
        if following == total:
            break
        total = following
        k += 1
    return total


@inlined
def beta_kernel(x: float, alpha: float, beta: float) -> float:
    """Return x^α (1-x)^β / B(α, β) to about 1e-13 relative, for 0 < x < 1 and α, β > 0."""
    n = alpha + beta
    exponent = (
        stirling_error(n)
        - stirling_error(alpha)
        - stirling_error(beta)
        - deviance(alpha, n * x)
        - deviance(beta, n * (1.0 - x))
    )
    return math.exp(exponent) * math.sqrt(alpha * (beta / n) / (2.0 * math.pi))


@inlined
def _continued_fraction(x: float, alpha: float, beta: float) -> float:
    """Return I_x(α, β) α / beta_kernel; quick where x is below the mean.

    The continued fraction 1/(1 + d₁/(1 + d₂/(1 + ...))) (DLMF 8.17.22) by its forward recurrence,
    whose divisions do not wait for each other.
    """
    above_before, above = 0.0, 1.0  # numerators of the last two convergents
    before, below = 1.0, 1.0  # and their denominators
    m = 0.0
    while m < 1e7:
        here = alpha + 2.0 * m
        share = x / (here * (here + 1.0) * (here + 2.0))
        odd = -(alpha + m) * (alpha + beta + m) * (here + 2.0) * share
        m += 1.0
        even = m * (beta - m) * here * share
        last_above, last_below = above, below
        above_before, above = above, above + odd * above_before
        before, below = below, below + odd * before
        above_before, above = above, above + even * above_before
        before, below = below, below + even * before
        if abs(above * last_below - last_above * below) <= 4e-15 * abs(above * last_below):
            break
        if not 1e-50 < abs(below) < 1e50 or abs(above) > 1e50:
            scale = 1.0 / below
            before, above_before = before * scale, above_before * scale
            above, below = above * scale, 1.0
    return above / below


@inlined
def _area_below(x: float, alpha: float, beta: float, kernel: float) -> float:
    """Return I_x(α, β) from its :func:`beta_kernel`, for 0 < x < 1."""
    if x * (alpha + beta + 2.0) < alpha + 1.0:
        return kernel / alpha * _continued_fraction(x, alpha, beta)
    return 1.0 - kernel / beta * _continued_fraction(1.0 - x, beta, alpha)


@inlined
def beta_cdf(x: float, alpha: float, beta: float) -> float:
    """Return the area of the Beta(α, β) density below x, 0..1.

    It is the regularised incomplete beta function I_x(α, β), with a relative error below 1e-10
    wherever the result exceeds 1e-300; α, β > 0.
    """
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    return _area_below(x, alpha, beta, beta_kernel(x, alpha, beta))


@compiled
def log_beta_function(alpha: float, beta: float) -> float:
    """Return ln B(α, β)."""
    return math.lgamma(alpha) + math.lgamma(beta) - math.lgamma(alpha + beta)


@compiled
def _sum_from_zero(u: float, n: int, p: float) -> int:
    """Return the smallest k with P(X <= k) >= u by adding up from zero.

    Needs (1-p)^n well above the smallest float.
    """
    if u < 1.0 - n * p - 1e-12:
        return 0  # for (1-p)^n is at least 1 - n p
    odds = p / (1.0 - p)
    k = 0
    if n <= 8:
        term = 1.0
        for _ in range(n):
            term *= 1.0 - p
    else:
        term = math.exp(n * math.log1p(-p))
    total = term
    while total < u and k < n:
        term *= (n - k) / (k + 1.0) * odds
        k += 1
        if total + term == total and k > n * p:
            break  # u lies within rounding of one
        total += term
    return k


@compiled
def binomial_cdf(k: int, n: int, p: float) -> float:
    """Return P(X <= k) for X ~ Binomial(n, p) with 0 < p < 1."""
    if k < 0:
        return 0.0
    if k >= n:
        return 1.0
    return beta_cdf(1.0 - p, float(n - k), k + 1.0)


@compiled
def _normal_quantile(u: float) -> float:
    """Return the normal distribution's inverse to about 0.0005, for 0 < u < 1.

    Source: Abramowitz & Stegun (1964), 26.2.23.
    """
    t = math.sqrt(-2.0 * math.log(min(u, 1.0 - u)))
    above = 2.515517 + t * (0.802853 + t * 0.010328)
    z = t - above / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
    return z if u > 0.5 else -z


@compiled
def _near_guess(u: float, n: int, p: float, k: int) -> int:
    """Return the smallest k with P(X <= k) >= u if it is certainly the guess k, or one from it.

    Otherwise -1. One sum of probabilities is enough for three: single ones are added. What is
    closer to u than their errors (1e-10) decides nothing.
    """
    if not 0 < k < n:
        return -1
    kernel = beta_kernel(1.0 - p, float(n - k), k + 1.0)
    here = _area_below(1.0 - p, float(n - k), k + 1.0, kernel)  # P(X <= k)
    mine = kernel / (p * (n - k))  # P(X = k)
    before = here - mine
    if u < before:
        here, before, k = before, before - mine * k * (1.0 - p) / ((n - k + 1.0) * p), k - 1
    elif u > here:
        here, before, k = here + mine * (n - k) * p / ((k + 1.0) * (1.0 - p)), here, k + 1
    return k if before < u - 1e-9 and u + 1e-9 < here else -1


@compiled
def _search_around_guess(u: float, n: int, p: float) -> int:
    """Return the smallest k with P(X <= k) >= u, for large means.

    It is looked for around the expansion of E. A. Cornish & R. A. Fisher (1938), which nearly
    always is at most one from it.
    """
    z, sd = _normal_quantile(u), math.sqrt(n * p * (1.0 - p))
    guess = n * p + sd * z + (1.0 - 2.0 * p) * (z * z - 1.0) / 6.0
    middle = min(max(int(guess + 0.5), 0), n - 1)
    k = _near_guess(u, n, p, middle)
    if k >= 0:
        return k
    below, above, step = -1, n, 1
    while below < above - 1:  # widen from the middle, then halve
        if binomial_cdf(middle, n, p) >= u:
            above = middle
            middle = max(above - step, below + 1) if below == -1 else (below + above) // 2
        else:
            below = middle
            middle = min(below + step, above - 1) if above == n else (below + above) // 2
        if below >= 0 and above < n:
            middle = (below + above) // 2
        else:
            step *= 2
    return above


@compiled
def _quantile_below_half(u: float, n: int, p: float) -> int:
    """Return the smallest k with P(X <= k) >= u for p up to one half."""
    return _sum_from_zero(u, n, p) if n * p < SUMMED_MEAN else _search_around_guess(u, n, p)


@compiled
def binomial_quantile(u: float, n: int, p: float) -> int:
    """Return how many of ``n`` happen, each with probability ``p``, by a uniform ``u`` in [0, 1).

    The inverse of the binomial distribution: the smallest k with P(X <= k) >= u (for p above one
    half n less the smallest number of what does not happen at 1 - u, which differs only where u is
    exactly a step).
    """
    if n <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    if u <= 0.0:
        return 0
    if p > 0.5:  # count what does not happen
        return n - _quantile_below_half(1.0 - u, n, 1.0 - p)
    return _quantile_below_half(u, n, p)


@compiled
def poisson_quantile(u: float, mean: float) -> int:
    """Return the smallest k with P(X <= k) >= u for X ~ Poisson(mean), by a ``u`` in [0, 1).

    Below ``SUMMED_MEAN`` the terms are added from zero; above it they are taken relative to the
    likeliest one, near which none underflows.
    """
    if mean <= 0.0 or u <= 0.0:
        return 0
    k, whole, mode = 0, 1.0, 0
    term = math.exp(-mean)
    if mean >= SUMMED_MEAN:
        mode = int(mean)
        k, term, below = mode, 1.0, 0.0
        while k > 0 and term > 1e-20:
            term *= k / mean
            k -= 1
            below += term
        other, above, up = 1.0, 0.0, mode
        while other > 1e-20:
            up += 1
            other *= mean / up
            above += other
        whole = below + 1.0 + above
    goal, reached = u * whole, term
    while reached < goal:
        k += 1
        term *= mean / k
        if reached + term == reached and k > mean:
            break  # u lies within rounding of one
        reached += term
    return k
