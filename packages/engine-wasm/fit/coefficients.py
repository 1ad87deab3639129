"""Prints the coefficients of src/math, lowest power first, and log2 of the error that each fit aims at.

Run: python3 coefficients.py   (needs mpmath and numpy)
"""

from mpmath import atanh, cos, erf, erfc, exp, expm1, hyp1f1, log, log1p, mpf, pi, sin, sqrt

from remez import minimax, minimax_single

LN2 = log(mpf(2))
# A little beyond the exact ends, because the reduction rounds.
WIDER = mpf("1.0005")
HALF_LN2 = WIDER * LN2 / 2
EIGHTH_TURN = WIDER * pi / 4
LARGEST_S = WIDER * (sqrt(mpf(2)) - 1) / (sqrt(mpf(2)) + 1)


def after_square(f):
    return (log1p(f) - f + f * f / 2) / f**3


def of_root(function):
    return lambda z: function(sqrt(z))


FITS = [
    # (e^r - 1 - r) / r^2, for the relative error of e^r
    ("exp", lambda r: hyp1f1(1, 3, r) / 2, -HALF_LN2, HALF_LN2, 5, lambda r: r * r / exp(r)),
    # (log(1 + f) - f + f^2 / 2) / f^3
    ("log", after_square, sqrt(mpf("0.5")) - 1, sqrt(mpf(2)) - 1, 8, lambda f: abs(f**3 / log1p(f))),
    # -log(erfc a) / a - 1, for the relative error of erf
    ("erf", lambda a: -log(erfc(a)) / a - 1, 0, mpf("3.93"), 9, lambda a: a * erfc(a) / erf(a)),
    # (sin r - r) / r^3 and (cos r - 1 + r^2 / 2) / r^4 of z = r^2
    ("sin", of_root(lambda r: (sin(r) - r) / r**3), 0, EIGHTH_TURN**2, 3, of_root(lambda r: r**3 / sin(r))),
    ("cos", of_root(lambda r: (cos(r) - 1 + r * r / 2) / r**4), 0, EIGHTH_TURN**2, 3, of_root(lambda r: r**4 / cos(r))),
    # (2^r - 1) / r, for the relative error of 2^r
    ("pow, exponential", lambda r: expm1(r * LN2) / r, -WIDER / 2, WIDER / 2, 6, lambda r: abs(r) / mpf(2) ** r),
]

# Of float64: log2(m) / s of z = s^2, s = (m - 1) / (m + 1)
LOGARITHM = of_root(lambda s: 2 * atanh(s) / (s * LN2)), 0, LARGEST_S**2, 5, of_root(lambda s: s / atanh(s))


def report(name, fit):
    coefficients, error = fit
    print(f"{name}: error 2^{float(log(error, 2)):.1f}")
    for coefficient in coefficients:
        print(f"  {float(coefficient)!r}")


for name, *fit in FITS:
    report(name, minimax_single(*fit))
report("pow, logarithm", minimax(*LOGARITHM))
