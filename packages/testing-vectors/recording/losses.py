"""Losses: each gives values over the leading axes, their mean, and the gradient of the mean."""

import torch
import torch.nn.functional as F

from .common import DTYPES, PYTORCH, Draw, leaf, number, tensor

def cross_entropy(f, y, smoothing=0.0):
    """torch wants the classes on axis 1."""
    if f.dim() == 2:
        return F.cross_entropy(f, y, reduction="none", label_smoothing=smoothing)
    turned = y if y.dim() == 2 else y.transpose(1, 2)
    return F.cross_entropy(f.transpose(1, 2), turned, reduction="none", label_smoothing=smoothing)


def binary_cross_entropy(f, y):
    return F.binary_cross_entropy_with_logits(f, y, reduction="none").mean(-1)


REGRESSIONS = [
    ("squared", {}, lambda f, y: ((f - y) ** 2).sum(-1)),
    ("mse", {}, lambda f, y: F.mse_loss(f, y, reduction="none").mean(-1)),
    ("mae", {}, lambda f, y: F.l1_loss(f, y, reduction="none").mean(-1)),
    *(("huber", {"delta": d}, lambda f, y, d=d: F.huber_loss(f, y, "none", d).mean(-1)) for d in (1, 0.5, 1.5)),
]


def losses():
    draw = Draw("losses")
    cases = []
    for shape in ((5, 3), (2, 3, 2), (4, 1)):
        y = draw.normal(*shape)
        f = y + draw.away_from_zero(*shape) * 1.5
        weights = draw.integers(5, *shape[:-1]).double() if shape == (5, 3) else None
        for name, options, function in REGRESSIONS:
            for dtype in DTYPES:
                cases.append(loss_case(name, options, function, dtype, f, y, "values"))
            if weights is not None:
                cases.append(loss_case(name, options, function, "f64", f, y, "values", weights))
    return PYTORCH, cases + cross_entropies(draw) + binary_cross_entropies(draw)


def cross_entropies(draw):
    extreme = torch.tensor([[1000, -1000, 0], [-1000, -1000, -1000], [50, -50, 49], [0, 0, 0]]).double()
    cases = []
    for logits in (draw.normal(5, 4, scale=3), draw.normal(2, 3, 4, scale=3), extreme, draw.normal(1, 2)):
        classes = logits.shape[-1]
        labels = draw.integers(classes, *logits.shape[:-1])
        targets = (("classes", labels), ("probabilities", F.one_hot(labels, classes).double()),
                   ("probabilities", draw.distribution(*logits.shape)))
        for kind, target in targets:
            for smoothing in (0, 0.1):
                function = lambda f, y, s=smoothing: cross_entropy(f, y, s)
                for dtype in DTYPES:
                    options = {"labelSmoothing": smoothing}
                    cases.append(loss_case("cross-entropy", options, function, dtype, logits, target, kind))
        if logits.shape == (5, 4):
            weights = draw.integers(5, 5).double()
            cases.append(loss_case("cross-entropy", {"labelSmoothing": 0}, cross_entropy, "f64", logits, labels, "classes", weights))
    return cases


def binary_cross_entropies(draw):
    extreme = torch.tensor([50, -50, 1000, -1000, 0, 1e-8]).double()
    extreme = torch.stack([extreme, extreme, extreme], -1)
    opposite = torch.tensor([0, 1, 0.25]).double().expand(6, 3)
    cases = []
    for logits, hard in ((draw.normal(5, 3, scale=3), None), (draw.normal(2, 3, 2, scale=3), None),
                         (draw.normal(4, 1, scale=3), None), (extreme, opposite)):
        soft = torch.round(torch.sigmoid(draw.normal(*logits.shape)) * 100) / 100
        labels = draw.integers(2, *logits.shape).double() if hard is None else hard
        for kind, target in (("values", labels), ("values", soft)):
            for dtype in DTYPES:
                cases.append(loss_case("binary-cross-entropy", {}, binary_cross_entropy, dtype, logits, target, kind))
    return cases


def loss_case(name, options, function, dtype, prediction, target, kind, weights=None):
    f = leaf(prediction, dtype)
    y = target if kind == "classes" else target.to(DTYPES[dtype])
    values = function(f, y)
    w = torch.ones_like(values) if weights is None else weights.to(DTYPES[dtype])
    mean = (values * w).sum() / w.sum()
    mean.backward()
    return {
        "name": name, "options": options, "dtype": dtype, "targetKind": kind, "prediction": tensor(f), "target": tensor(y),
        "weights": None if weights is None else tensor(w), "values": tensor(values), "mean": number(mean),
        "predictionGradient": tensor(f.grad),
    }
