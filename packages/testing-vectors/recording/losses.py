"""Losses: each gives values over the leading axes, their mean, and the gradient of the mean."""

import math

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
    cases += cross_entropies(draw) + binary_cross_entropies(draw)
    return PYTORCH, cases + hinges(draw) + focals(draw) + divergences(draw) + others(draw)


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


def in_both(name, options, function, prediction, target, kind, weights=None):
    return [loss_case(name, options, function, dtype, prediction, target, kind, weights) for dtype in DTYPES]


def away_from_kinks(draw, shape, margins):
    """Scores and targets of which no shortfall is nearer to 0 than a hundredth, where float32 may be on the other side."""
    while True:
        scores, labels = draw.normal(*shape, scale=2), draw.integers(shape[-1], *shape[:-1])
        answers = draw.integers(2, *shape).double()
        leads = ((2 * answers - 1) * scores, scores.gather(-1, labels[..., None]) - scores)
        if all(float((lead - margin).abs().min()) > 0.01 for lead in leads for margin in margins):
            return scores, labels, answers


def multi_margin(f, y, margin, p):
    flat = F.multi_margin_loss(f.reshape(-1, f.shape[-1]), y.reshape(-1), p=p, margin=margin, reduction="none")
    return flat.reshape(y.shape)


def binary_hinge(f, y, margin, p):
    return (torch.clamp(margin - (2 * y - 1) * f, min=0) ** p).mean(-1)


def hinges(draw):
    cases = []
    for shape in ((5, 4), (2, 3, 3), (3, 1)):
        scores, labels, answers = away_from_kinks(draw, shape, (1, 0.5))
        for margin, squared in ((1, False), (1, True), (0.5, False)):
            options, p = {"margin": margin, "squared": squared}, 2 if squared else 1
            cases += in_both("hinge", options, lambda f, y, m=margin, p=p: binary_hinge(f, y, m, p), scores, answers, "values")
            if shape[-1] > 1:
                cases += in_both("hinge", options, lambda f, y, m=margin, p=p: multi_margin(f, y, m, p), scores, labels, "classes")
    return cases


def class_focal(f, y, gamma):
    log_p = F.log_softmax(f, -1).gather(-1, y[..., None])[..., 0]
    return -((1 - log_p.exp()) ** gamma) * log_p


def binary_focal(f, y, gamma):
    """torchvision's sigmoid_focal_loss without its alpha."""
    p = torch.sigmoid(f)
    t = p * y + (1 - p) * (1 - y)
    return (F.binary_cross_entropy_with_logits(f, y, reduction="none") * (1 - t) ** gamma).mean(-1)


def focals(draw):
    extreme = torch.tensor([[30, -30, 0], [-30, -20, 30], [50, -50, 49]]).double()
    cases = []
    for logits in (draw.normal(5, 4, scale=2), draw.normal(2, 3, 2, scale=2), extreme):
        labels = draw.integers(logits.shape[-1], *logits.shape[:-1])
        answers = draw.integers(2, *logits.shape).double()
        soft = torch.round(torch.sigmoid(draw.normal(*logits.shape)) * 100) / 100
        for gamma in (2, 0, 1.5):
            of_classes = lambda f, y, g=gamma: class_focal(f, y, g)
            of_answers = lambda f, y, g=gamma: binary_focal(f, y, g)
            cases += in_both("focal", {"gamma": gamma}, of_classes, logits, labels, "classes")
            cases += in_both("focal", {"gamma": gamma}, of_answers, logits, answers, "values")
            cases += in_both("focal", {"gamma": gamma}, of_answers, logits, soft, "values")
    return cases


def divergences(draw):
    function = lambda f, y: F.kl_div(F.log_softmax(f, -1), y, reduction="none").sum(-1)
    extreme = torch.tensor([[1000, -1000, 0], [-1000, -1000, -1000], [50, -50, 49]]).double()
    cases = []
    for logits in (draw.normal(5, 4, scale=3), draw.normal(2, 3, 2, scale=3), extreme):
        shares = draw.distribution(*logits.shape)
        one_hot = F.one_hot(draw.integers(logits.shape[-1], *logits.shape[:-1]), logits.shape[-1]).double()
        for target in (shares, one_hot):
            cases += in_both("kl-divergence", {}, function, logits, target, "probabilities")
    return cases


def others(draw):
    poisson = lambda f, y: F.poisson_nll_loss(f, y, log_input=True, full=False, reduction="none").mean(-1)
    log_cosh = lambda f, y: (f - y + F.softplus(-2 * (f - y), threshold=1000) - math.log(2)).mean(-1)
    wide = torch.tensor([[0, 1e-4, -1e-3], [40, -40, 1000], [0.99, 1.01, -1]]).double()
    rates = torch.tensor([[-1000, 0, 20], [30, -30, 5]]).double()
    cases = []
    for shape in ((5, 3), (2, 3, 2), (4, 1)):
        f, y = draw.normal(*shape), draw.normal(*shape)
        cases += in_both("poisson", {}, poisson, f, draw.integers(9, *shape).double(), "values")
        cases += in_both("log-cosh", {}, log_cosh, f, y, "values")
        cases += in_both("cosine", {}, cosine, f, y, "values")
    cases += in_both("poisson", {}, poisson, rates, torch.tensor([[0, 3, 7], [1e6, 2, 0]]).double(), "values")
    cases.append(loss_case("log-cosh", {}, log_cosh, "f64", wide, torch.zeros_like(wide), "values"))
    # Where the output is 0 torch's gradient has the digits of its epsilon, a float32.
    lengths = torch.tensor([[0, 0], [3, -4], [3e4, 1], [1e-3, 0]]).double()
    cases += in_both("cosine", {}, cosine, lengths, torch.tensor([[0, 0], [0, 0], [-3e4, -1], [0, 1]]).double(), "values")
    return cases


def cosine(f, y):
    flat = [x.reshape(-1, x.shape[-1]) for x in (f, y)]
    ones = torch.ones(len(flat[0]), dtype=f.dtype)
    return F.cosine_embedding_loss(*flat, ones, reduction="none").reshape(f.shape[:-1])


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
