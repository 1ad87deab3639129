"""The laws of initializers, checked against a sample of what torch draws; metrics by scikit-learn."""

import math

import numpy
import sklearn.metrics
import torch

from .common import PYTORCH, SEED, SKLEARN, Draw, plain, tensor

SHAPES = [[3, 4], [10, 784], [64, 64], [1, 1], [1, 7], [8, 3, 5, 5], [16, 4, 3]]
INITIALIZERS = [
    ("glorot-uniform", {"gain": 1}, "xavier_uniform_", {}),
    ("glorot-normal", {"gain": 1}, "xavier_normal_", {}),
    ("glorot-uniform", {"gain": 5 / 3}, "xavier_uniform_", {"gain": 5 / 3}),
    ("he-uniform", {"mode": "fan-in"}, "kaiming_uniform_", {"nonlinearity": "relu"}),
    ("he-normal", {"mode": "fan-in"}, "kaiming_normal_", {"nonlinearity": "relu"}),
    ("he-uniform", {"mode": "fan-out"}, "kaiming_uniform_", {"nonlinearity": "relu", "mode": "fan_out"}),
    ("he-normal", {"mode": "fan-out"}, "kaiming_normal_", {"nonlinearity": "relu", "mode": "fan_out"}),
    ("lecun-uniform", {}, "kaiming_uniform_", {"nonlinearity": "linear"}),
    ("lecun-normal", {}, "kaiming_normal_", {"nonlinearity": "linear"}),
]


def initializers():
    torch.manual_seed(SEED)
    cases = []
    for shape in SHAPES:
        for name, options, function, arguments in INITIALIZERS:
            cases.append(initializer_case(name, options, shape, function, arguments))
    return PYTORCH, cases


def initializer_case(name, options, shape, function, arguments):
    empty = torch.empty(shape, dtype=torch.float64)
    fan_in, fan_out = torch.nn.init._calculate_fan_in_and_fan_out(empty)
    family = name.split("-")[0]
    fan = {"glorot": (fan_in + fan_out) / 2, "lecun": fan_in, "he": fan_out if options.get("mode") == "fan-out" else fan_in}
    gain = {"glorot": options.get("gain"), "lecun": 1, "he": torch.nn.init.calculate_gain("relu")}[family]
    deviation = gain / math.sqrt(fan[family])
    uniform = name.endswith("uniform")
    bound = deviation * math.sqrt(3) if uniform else None
    check_sample(torch.cat([getattr(torch.nn.init, function)(empty, **arguments).reshape(-1).clone()
                            for _ in range(20000 // empty.numel() + 1)]), deviation, bound)
    return {
        "name": name, "options": options, "shape": shape, "fanIn": fan_in, "fanOut": fan_out,
        "distribution": "uniform" if uniform else "normal", "deviation": deviation, "bound": bound,
    }


def check_sample(sample, deviation, bound):
    assert abs(float(sample.std()) / deviation - 1) < 0.03
    assert bound is None or 0.98 * bound < float(sample.abs().max()) <= bound


def metrics():
    draw = Draw("metrics")
    cases = []
    for shape in ((12, 3), (2, 4, 3), (1, 2)):
        logits, labels = draw.normal(*shape), draw.integers(shape[-1], *shape[:-1])
        chosen = logits.argmax(-1)
        value = sklearn.metrics.accuracy_score(labels.reshape(-1), chosen.reshape(-1))
        cases.append(metric_case("accuracy", "classes", "sklearn accuracy_score", logits, labels, value))
    logits, labels = draw.normal(12, 1), draw.integers(2, 12, 1)
    value = sklearn.metrics.accuracy_score(labels.reshape(-1), (logits > 0).reshape(-1))
    cases.append(metric_case("accuracy", "binary", "sklearn accuracy_score of logits > 0", logits, labels, value))
    for shape in ((12, 1), (7, 3), (2, 4, 1)):
        y = draw.normal(*shape, scale=3)
        cases += regression_metrics(y + draw.normal(*shape), y)
    return SKLEARN, cases + degenerate_metrics(draw)


def regression_metrics(f, y):
    """Leading axes are rows; r2 and rmse of several outputs are the means of the outputs' own."""
    rows = lambda t: t.reshape(-1, t.shape[-1]).numpy()
    root = sklearn.metrics.mean_squared_error(rows(y), rows(f), squared=False)
    cases = [
        metric_case("mae", "values", "sklearn mean_absolute_error", f, y, sklearn.metrics.mean_absolute_error(rows(y), rows(f))),
        metric_case("rmse", "values", "sklearn mean_squared_error, root of each output, their mean", f, y, root),
        metric_case("r2", "values", "sklearn r2_score, of each output, their mean", f, y, sklearn.metrics.r2_score(rows(y), rows(f))),
    ]
    if y.shape[-1] > 1:
        pooled = numpy.sqrt(((rows(f) - rows(y)) ** 2).mean())
        cases.append(metric_case("rmse", "pooled", "numpy: root of the mean over all elements", f, y, pooled))
    return cases


def degenerate_metrics(draw):
    constant, guess = torch.full((5, 1), 2.5).double(), draw.normal(5, 1)
    score = sklearn.metrics.r2_score
    return [
        metric_case("r2", "values", "sklearn r2_score, constant target", guess, constant, score(constant, guess)),
        metric_case("r2", "values", "sklearn r2_score, constant target met", constant, constant, score(constant, constant)),
        metric_case("r2", "values", "sklearn r2_score, the mean", torch.full_like(guess, float(guess.mean())), guess, 0.0),
    ]


def metric_case(name, kind, source, prediction, target, value):
    return {
        "name": name, "kind": kind, "source": source, "prediction": tensor(prediction), "target": tensor(target),
        "value": plain(float(value)),
    }
