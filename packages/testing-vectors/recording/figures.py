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
    return SKLEARN, cases + degenerate_metrics(draw) + class_metrics(draw)


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


def class_metrics(draw):
    """Of probabilities with two decimals, so that some are equal; the last class of the second case occurs nowhere."""
    cases = []
    for rows, classes, known in ((40, 3, 3), (12, 5, 3), (25, 2, 2)):
        shares, labels = draw.distribution(rows, classes), draw.integers(known, rows)
        if known < classes:
            shares[:, -1] = 0
            shares = shares / shares.sum(-1, keepdim=True)
        for weights in (None, draw.integers(4, rows).double()):
            cases += figures_of("classes", shares, labels, weights)
    for rows in (30, 9):
        yes, labels = torch.round(torch.rand(rows, 1, generator=draw.generator) * 20).double() / 20, draw.integers(2, rows, 1)
        yes = torch.where(yes == 0.5, torch.full_like(yes, 0.55), yes)
        for weights in (None, draw.integers(4, rows).double()):
            cases += figures_of("probabilities", yes, labels, weights)
    return cases


def figures_of(kind, p, y, weights):
    labels = y.reshape(-1).numpy()
    chosen = (p.argmax(-1) if kind == "classes" else p > 0.5).long().reshape(-1).numpy()
    classes = p.shape[-1] if kind == "classes" else 2
    more = {} if weights is None else {"sample_weight": weights.numpy()}
    case = lambda name, source, value, **options: {
        **metric_case(name, kind, f"sklearn {source}", p, y, value), "options": options,
        **({} if weights is None else {"weights": tensor(weights)})}
    cases = []
    for name, score in (("precision", "precision_score"), ("recall", "recall_score"), ("f1", "f1_score")):
        for average in ("macro", "micro", "weighted") + (("binary",) if classes == 2 else ()):
            value = getattr(sklearn.metrics, score)(labels, chosen, average=average, zero_division=0, **more)
            cases.append(case(name, score, value, average=average))
    matrix = sklearn.metrics.confusion_matrix(labels, chosen, labels=range(classes), **more)
    cases.append({**case("confusion", "confusion_matrix", 0), "value": tensor(torch.tensor(matrix).double())})
    every = {"labels": range(classes), **more}
    cases.append(case("log-loss", "log_loss", sklearn.metrics.log_loss(labels, p.numpy() if classes > 2 or kind == "classes" else p.reshape(-1).numpy(), **every)))
    if classes > 2:
        for k in (1, 2):
            value = sklearn.metrics.top_k_accuracy_score(labels, untied(p).numpy(), k=k, **every)
            cases.append({**case("top-k", "top_k_accuracy_score", value, k=k), "prediction": tensor(untied(p))})
    if len(set(labels)) == classes:
        score = p.numpy() if classes > 2 else p[:, -1].numpy()
        cases.append(case("auc", "roc_auc_score", sklearn.metrics.roc_auc_score(labels, score, multi_class="ovr", **more)))
    return cases


def untied(p):
    """Of equal probabilities the first is a little greater, as we take them; scikit-learn takes the last."""
    return p - torch.arange(p.shape[-1]).double() / 1024


def metric_case(name, kind, source, prediction, target, value):
    return {
        "name": name, "kind": kind, "source": source, "prediction": tensor(prediction), "target": tensor(target),
        "value": plain(float(value)),
    }
