"""Small networks trained by all that stands round a loss and an optimizer: weights of rows and classes, clipping, groups of
batches, a moving average of the weights."""

import torch
import torch.nn.functional as F

from .common import DTYPES, PYTORCH, Draw, leaf, number, tensor
from .layers import ACTIVATE

ROWS, BATCH, EPOCHS = 12, 4, 3
SGD = ("sgd", {"learningRate": 0.1}, lambda p: torch.optim.SGD(p, lr=0.1))
MOMENTUM = ("sgd", {"learningRate": 0.1, "momentum": 0.9}, lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9))
ADAM = ("adam", {"learningRate": 0.01}, lambda p: torch.optim.Adam(p, lr=0.01))
# Decay is for weights alone, which come before their biases.
ADAMW = ("adamw", {"learningRate": 0.01}, lambda p: torch.optim.AdamW([{"params": p[::2], "weight_decay": 0.01}, {"params": p[1::2], "weight_decay": 0}], lr=0.01))

REGIMES = [
    ("class weights", SGD, {"classWeights": [1, 3, 0.5]}),
    ("row weights", MOMENTUM, {"rows": True}),
    ("both", ADAM, {"classWeights": [1, 3, 0.5], "rows": True}),
    ("clipping the norm", MOMENTUM, {"clip": 0.05}),
    ("clipping values", SGD, {"clipValue": 0.02}),
    ("clipping both", MOMENTUM, {"clip": 0.05, "clipValue": 0.02}),
    ("groups of two batches", SGD, {"accumulate": 2}),
    ("weighted groups", ADAM, {"accumulate": 2, "rows": True, "classWeights": [1, 3, 0.5], "clip": 0.05}),
    ("averages", SGD, {"average": 0.9}),
    ("everything", ADAMW, {"classWeights": [2, 1, 0.5], "rows": True, "clip": 0.3, "clipValue": 0.05, "accumulate": 3, "average": 0.8}),
]


def regimes():
    draw = Draw("regimes")
    x, labels, answers = draw.normal(ROWS, 4), draw.integers(3, ROWS), draw.integers(2, ROWS, 1)
    weights = draw.integers(5, ROWS).double() / 2
    weights[BATCH : 2 * BATCH] = 0  # a batch that does not count at all
    net = lambda *sizes: [(draw.normal(out, into, scale=into**-0.5), draw.normal(out, scale=0.1), name) for into, out, name in sizes]
    classifier, judge = net((4, 6, "tanh"), (6, 3, "linear")), net((4, 5, "tanh"), (5, 1, "linear"))
    cases = [case("f64", *regime, classifier, x, labels, "classes", weights) for regime in REGIMES]
    cases.append(case("f32", *REGIMES[-1], classifier, x, labels, "classes", weights))
    of_answers = ("yes and no", SGD, {"classWeights": [1, 4], "rows": True})
    cases.append(case("f64", *of_answers, judge, x, answers, "values", weights))
    return PYTORCH, cases


def case(dtype, name, optimizer, regime, layers, x, target, kind, weights):
    float_type = DTYPES[dtype]
    x, y = x.to(float_type), target if kind == "classes" else target.to(float_type)
    rows = (weights if regime.get("rows") else torch.ones(ROWS)).to(float_type)
    parameters = [(leaf(weight, dtype), leaf(bias, dtype), activation) for weight, bias, activation in layers]
    initial = [{"units": len(b), "activation": a, "weight": tensor(w), "bias": tensor(b)} for w, b, a in parameters]
    flat = [p for weight, bias, _ in parameters for p in (weight, bias)]
    optimizer_name, options, make = optimizer
    descent, averages, losses = make(flat), [p.detach().clone() for p in flat], []
    group = BATCH * regime.get("accumulate", 1)
    for update in range(EPOCHS * -(-ROWS // group)):
        start = update % -(-ROWS // group) * group
        part = slice(start, start + group)
        loss = weighted_loss(parameters, x[part], y[part], rows[part], kind, regime.get("classWeights"))
        descent.zero_grad()
        loss.backward()
        clip(flat, regime)
        descent.step()
        follow(averages, flat, regime.get("average", 0.5), update + 1)
        losses.append(number(loss.detach()))
    pairs = lambda values: [{"weight": tensor(values[i]), "bias": tensor(values[i + 1])} for i in range(0, len(values), 2)]
    return {
        "name": name, "dtype": dtype, "targetKind": kind, "optimizer": {"name": optimizer_name, "options": options},
        "classWeights": regime.get("classWeights"), "rowWeights": tensor(rows) if regime.get("rows") else None,
        "clip": regime.get("clip"), "clipValue": regime.get("clipValue"), "accumulate": regime.get("accumulate", 1),
        "average": regime.get("average"), "batch": BATCH, "epochs": EPOCHS, "input": tensor(x), "target": tensor(y),
        "layers": initial, "losses": losses, "final": pairs(flat),
        "averages": pairs(averages) if "average" in regime else None,
    }


def weighted_loss(parameters, x, y, rows, kind, class_weights):
    """Σ wℓ / Σ w over the rows of a group, 0 where nothing counts; as torch's weighted mean, times the rows' own weights."""
    h = x
    for weight, bias, activation in parameters:
        h = ACTIVATE[activation](F.linear(h, weight, bias))
    if kind == "classes":
        values, classes = F.cross_entropy(h, y, reduction="none"), y
    else:
        values, classes = F.binary_cross_entropy_with_logits(h, y, reduction="none").mean(-1), y.long().reshape(-1)
    w = rows if class_weights is None else rows * torch.tensor(class_weights, dtype=rows.dtype)[classes]
    return (values * w).sum() / (w.sum() if w.sum() > 0 else 1)


def clip(parameters, regime):
    if "clipValue" in regime:
        torch.nn.utils.clip_grad_value_(parameters, regime["clipValue"])
    if "clip" in regime:
        # torch divides by the norm plus 1e-6; the exact norm is recorded.
        before = [p.grad.clone() for p in parameters]
        norm = torch.nn.utils.clip_grad_norm_(parameters, regime["clip"])
        factor = min(1, regime["clip"] / float(norm)) if float(norm) > 0 else 1
        for p, gradient in zip(parameters, before):
            assert torch.allclose(p.grad, gradient * factor, rtol=1e-4, atol=1e-9)
            p.grad.copy_(gradient * factor)


def follow(averages, parameters, beta, t):
    """The mean of the weights after each update, the last one counting most, and the first weights not at all."""
    with torch.no_grad():
        for average, p in zip(averages, parameters):
            average += (1 - beta) / (1 - beta**t) * (p - average)
