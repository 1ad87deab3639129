"""Optimizers over given gradients, schedules, and whole networks trained."""

import math

import torch
import torch.nn.functional as F
from torch.optim import lr_scheduler as S

from .common import DTYPES, PYTORCH, Draw, leaf, number, tensor
from .layers import ACTIVATE

# An optimizer: name, our options, torch's constructor, torch's names of the slots -> ours

SGD_SLOTS = {"momentum_buffer": "momentum"}
RMSPROP_SLOTS = {"square_avg": "squareAverage", "momentum_buffer": "momentum"}
ADAM_SLOTS = {"exp_avg": "firstMoment", "exp_avg_sq": "secondMoment"}
ADAGRAD_SLOTS = {"sum": "squareSum"}
ADADELTA_SLOTS = {"square_avg": "squareAverage", "acc_delta": "changeAverage"}
NADAM_SLOTS = {**ADAM_SLOTS, "mu_product": "momentumProduct"}
LION_SLOTS = {"exp_avg": "firstMoment"}


def sgd(**options):
    make = lambda p: torch.optim.SGD(
        p, lr=options["learningRate"], momentum=options.get("momentum", 0), nesterov=options.get("nesterov", False),
        weight_decay=options.get("weightDecay", 0))
    return "sgd", options, make, SGD_SLOTS


def rmsprop(**options):
    make = lambda p: torch.optim.RMSprop(
        p, lr=options["learningRate"], alpha=options["decay"], eps=options["epsilon"], momentum=options["momentum"])
    return "rmsprop", options, make, RMSPROP_SLOTS


def adam(**options):
    make = lambda p: torch.optim.Adam(
        p, lr=options["learningRate"], betas=(options["beta1"], options["beta2"]), eps=options["epsilon"],
        weight_decay=options.get("weightDecay", 0))
    return "adam", options, make, ADAM_SLOTS


def adamw(**options):
    make = lambda p: torch.optim.AdamW(
        p, lr=options["learningRate"], betas=(options["beta1"], options["beta2"]), eps=options["epsilon"],
        weight_decay=options["weightDecay"])
    return "adamw", options, make, ADAM_SLOTS


def adagrad(**options):
    make = lambda p: torch.optim.Adagrad(
        p, lr=options["learningRate"], eps=options["epsilon"], weight_decay=options.get("weightDecay", 0))
    return "adagrad", options, make, ADAGRAD_SLOTS


def adadelta(**options):
    make = lambda p: torch.optim.Adadelta(
        p, lr=options["learningRate"], rho=options["rho"], eps=options["epsilon"],
        weight_decay=options.get("weightDecay", 0))
    return "adadelta", options, make, ADADELTA_SLOTS


def nadam(**options):
    # Without `foreach` torch 1.13.1 takes the momentum of a step twice into the product of the next one, against its
    # own documentation and every other version.
    make = lambda p: torch.optim.NAdam(
        p, lr=options["learningRate"], betas=(options["beta1"], options["beta2"]), eps=options["epsilon"],
        momentum_decay=options["momentumDecay"], weight_decay=options.get("weightDecay", 0), foreach=True)
    return "nadam", options, make, NADAM_SLOTS


class Lion(torch.optim.Optimizer):
    """Chen et al. 2023, algorithm 2, which this torch does not have."""

    def __init__(self, parameters, **defaults):
        super().__init__(parameters, defaults)

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                m = self.state[p].setdefault("exp_avg", torch.zeros_like(p))
                c = group["beta1"] * m + (1 - group["beta1"]) * p.grad
                p -= group["lr"] * (torch.sign(c) + group["weight_decay"] * p)
                m.mul_(group["beta2"]).add_(p.grad, alpha=1 - group["beta2"])


def lion(**options):
    make = lambda p: Lion(
        p, lr=options["learningRate"], beta1=options["beta1"], beta2=options["beta2"],
        weight_decay=options.get("weightDecay", 0))
    return "lion", options, make, LION_SLOTS


ADAM = {"learningRate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
OPTIMIZERS = [
    sgd(learningRate=0.1),
    sgd(learningRate=0.1, momentum=0.9),
    sgd(learningRate=0.1, momentum=0.9, nesterov=True),
    sgd(learningRate=0.1, weightDecay=0.05),
    sgd(learningRate=0.1, momentum=0.9, weightDecay=0.05),
    rmsprop(learningRate=0.01, decay=0.99, epsilon=1e-8, momentum=0),
    rmsprop(learningRate=0.01, decay=0.99, epsilon=1e-8, momentum=0.9),
    adam(**ADAM),
    adam(learningRate=0.05, beta1=0.8, beta2=0.95, epsilon=1e-3),
    adam(**{**ADAM, "weightDecay": 0.05}),
    adamw(**ADAM, weightDecay=0.01),
    adamw(learningRate=0.05, beta1=0.8, beta2=0.95, epsilon=1e-3, weightDecay=0.1),
    adagrad(learningRate=0.01, epsilon=1e-10),
    adagrad(learningRate=0.1, epsilon=1e-3, weightDecay=0.05),
    adadelta(learningRate=1, rho=0.9, epsilon=1e-6),
    adadelta(learningRate=0.5, rho=0.95, epsilon=1e-3, weightDecay=0.05),
    nadam(**{**ADAM, "learningRate": 0.002}, momentumDecay=0.004),
    nadam(learningRate=0.05, beta1=0.8, beta2=0.95, epsilon=1e-3, momentumDecay=0.1, weightDecay=0.05),
    lion(learningRate=1e-4, beta1=0.9, beta2=0.99),
    lion(learningRate=0.05, beta1=0.8, beta2=0.95, weightDecay=0.1),
]
IN_FLOAT32 = (1, 6, 7, 10, 12, 14, 16, 18)


def optimizers():
    draw = Draw("optimizers")
    initial = draw.normal(3, 4)
    gradients = [draw.normal(3, 4) for _ in range(10)]
    for step, gradient in enumerate(gradients):
        gradient[0, 0] = 0
        gradient[0, 1] *= 1000
        gradient[0, 2] = torch.round(gradient[0, 2] * 1000) / 1e6
        if step % 3:
            gradient[0, 3] = 0
    torch.set_default_dtype(torch.float64)  # of the scalars that torch keeps itself
    cases = [optimizer_case(*row, "f64", initial, gradients) for row in OPTIMIZERS]
    cases += [optimizer_case(*OPTIMIZERS[i], "f32", initial, gradients) for i in IN_FLOAT32]
    torch.set_default_dtype(torch.float32)
    shared = {"initial": tensor(initial), "gradients": [tensor(gradient) for gradient in gradients]}
    return PYTORCH, cases, shared


def optimizer_case(name, options, make, slot_names, dtype, initial, gradients):
    parameter = leaf(initial, dtype)
    optimizer = make([parameter])
    steps = []
    for gradient in gradients:
        parameter.grad = gradient.to(parameter.dtype).clone()
        optimizer.step()
        state = optimizer.state[parameter]
        slots = {ours: tensor(state[theirs]) for theirs, ours in slot_names.items() if state.get(theirs) is not None}
        steps.append({"parameter": tensor(parameter), "slots": slots})
    return {"name": name, "options": options, "dtype": dtype, "steps": steps}


def schedules():
    cases = [
        schedule_case("constant", {}, 0.1, 5, lambda o: S.ConstantLR(o, 1.0, 0)),
        schedule_case("step", {"every": 30, "factor": 0.1}, 0.1, 100, lambda o: S.StepLR(o, 30, 0.1)),
        schedule_case("step", {"at": [30, 60], "factor": 0.1}, 0.1, 80, lambda o: S.MultiStepLR(o, [30, 60], 0.1)),
        schedule_case("exponential", {"factor": 0.95}, 0.1, 50, lambda o: S.ExponentialLR(o, 0.95)),
        schedule_case("cosine", {"steps": 50, "minimum": 0}, 0.1, 51, lambda o: S.CosineAnnealingLR(o, 50)),
        schedule_case("cosine", {"steps": 20, "minimum": 0.001}, 0.1, 21, lambda o: S.CosineAnnealingLR(o, 20, 0.001)),
    ]
    for base, options in ((0.1, {"steps": 50, "minimum": 0, "warmup": 10}), (0.02, {"steps": 30, "minimum": 0.001, "warmup": 4})):
        rates = [warm_cosine(base, t, **options) for t in range(options["steps"] + 1)]
        cases.append({"name": "cosine", "options": options, "source": "formula", "base": base, "rates": rates})
    return PYTORCH, cases


def schedule_case(name, options, base, count, make):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=base)
    schedule = make(optimizer)
    rates = []
    for _ in range(count):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return {"name": name, "options": options, "source": type(schedule).__name__, "base": base, "rates": rates}


def warm_cosine(base, t, steps, minimum, warmup):
    """base (t + 1) / warmup while t < warmup, then half a cosine from base at t = warmup to minimum at t = steps."""
    if t < warmup:
        return base * (t + 1) / warmup
    return minimum + (base - minimum) * 0.5 * (1 + math.cos(math.pi * (t - warmup) / (steps - warmup)))



def networks():
    draw = Draw("networks")
    adam = ("adam", {**ADAM, "learningRate": 0.01}, lambda p: torch.optim.Adam(p, lr=0.01))
    plain_sgd = ("sgd", {"learningRate": 0.1}, lambda p: torch.optim.SGD(p, lr=0.1))
    x, labels = draw.normal(10, 4), draw.integers(3, 10)
    classifier = (((4, 8, "tanh"), (8, 3, "linear")), x, labels, "classes", "cross-entropy", F.cross_entropy, adam)
    x = draw.normal(12, 2)
    y = torch.round(torch.sin(x.sum(-1, keepdim=True)) * 1000) / 1000
    regressor = (((2, 16, "tanh"), (16, 16, "tanh"), (16, 1, "linear")), x, y, "values", "mse", F.mse_loss, plain_sgd)
    cases = []
    for sizes, *rest in (classifier, regressor):
        layers = [(draw.normal(out, into, scale=into**-0.5), draw.normal(out, scale=0.1), name) for into, out, name in sizes]
        cases += [network_case(dtype, layers, *rest) for dtype in DTYPES]
    return PYTORCH, cases


def network_case(dtype, layers, x, target, kind, loss_name, loss, optimizer, steps=20):
    x, y = x.to(DTYPES[dtype]), target if kind == "classes" else target.to(DTYPES[dtype])
    parameters = [(leaf(weight, dtype), leaf(bias, dtype), name) for weight, bias, name in layers]
    initial = [{"units": len(b), "activation": name, "weight": tensor(w), "bias": tensor(b)} for w, b, name in parameters]
    optimizer_name, options, make = optimizer
    descent = make([p for weight, bias, _ in parameters for p in (weight, bias)])
    losses, first_gradients = [], None
    for _ in range(steps):
        h = x
        for weight, bias, name in parameters:
            h = ACTIVATE[name](F.linear(h, weight, bias))
        value = loss(h, y)
        descent.zero_grad()
        value.backward()
        first_gradients = first_gradients or [{"weight": tensor(w.grad), "bias": tensor(b.grad)} for w, b, _ in parameters]
        first_output = tensor(h) if not losses else first_output
        descent.step()
        losses.append(number(value))
    return {
        "dtype": dtype, "loss": loss_name, "targetKind": kind, "optimizer": {"name": optimizer_name, "options": options},
        "input": tensor(x), "target": tensor(y), "layers": initial, "firstOutput": first_output,
        "firstGradients": first_gradients, "losses": losses,
        "final": [{"weight": tensor(w), "bias": tensor(b)} for w, b, _ in parameters],
    }
