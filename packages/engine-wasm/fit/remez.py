"""Minimax polynomials by the exchange algorithm of Remez in 50 digits.

A fit minimises the largest |weight(x) (f(x) - p(x))|; the weight turns the error of the polynomial into one relative to
the function that is made of it.
"""

import numpy
from mpmath import cos, lu_solve, matrix, mp, mpf, pi

mp.dps = 50
GRID = 1000


def single(x):
    """The float32 next to x."""
    return mpf(float(numpy.float32(float(x))))


def grid(low, high):
    # Without the ends and the middle, where a function may be 0 / 0.
    return [low + (high - low) * (1 - cos(pi * (i + 0.5) / GRID)) / 2 for i in range(GRID)]


def value(coefficients, x):
    result = mpf(0)
    for c in reversed(coefficients):
        result = result * x + c
    return result


def extremes(xs, errors, count):
    """Where the error is largest in each run of one sign; of these the `count` neighbours that are largest."""
    runs = []
    for x, e in zip(xs, errors):
        if runs and (runs[-1][1] > 0) == (e > 0):
            if abs(e) > abs(runs[-1][1]):
                runs[-1] = (x, e)
        else:
            runs.append((x, e))
    while len(runs) > count:
        runs.pop(0 if abs(runs[0][1]) < abs(runs[-1][1]) else -1)
    return [x for x, _ in runs]


def minimax(f, low, high, terms, weight):
    """The coefficients, lowest power first, and the largest weighted error."""
    xs = grid(mpf(low), mpf(high))
    fs, ws = [f(x) for x in xs], [weight(x) for x in xs]
    # Off the middle, where a weight may be 0.
    points = [xs[round(GRID * (i + 0.4) / (terms + 1))] for i in range(terms + 1)]
    last = None
    for _ in range(40):
        coefficients = solve(f, points, terms, weight)
        errors = [w * (y - value(coefficients, x)) for x, y, w in zip(xs, fs, ws)]
        error = max(abs(e) for e in errors)
        if last is not None and abs(error - last) < error * mpf("1e-6"):
            break
        last = error
        found = extremes(xs, errors, terms + 1)
        if len(found) == terms + 1:
            points = found
    return coefficients, error


def solve(f, points, terms, weight):
    """The polynomial whose errors at the points are equal but for their signs, which alternate."""
    rows, right = [], []
    for i, x in enumerate(points):
        w = weight(x)
        rows.append([w * x**e for e in range(terms)] + [1 if i % 2 == 0 else -1])
        right.append(w * f(x))
    return list(lu_solve(matrix(rows), matrix(right)))[:terms]


def minimax_single(f, low, high, terms, weight):
    """The same with float32 coefficients: from the highest down each is rounded, and those below are fitted again."""
    fixed = []

    def rest(x):
        return f(x) - x ** (terms - len(fixed)) * value(fixed, x)

    while len(fixed) < terms:
        coefficients, _ = minimax(rest, low, high, terms - len(fixed), weight)
        fixed.insert(0, single(coefficients[-1]))
    error = max(abs(weight(x) * rest(x)) for x in grid(mpf(low), mpf(high)))
    return fixed, error
