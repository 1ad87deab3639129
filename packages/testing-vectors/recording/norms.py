"""Normalising layers and embeddings: outputs, running values, and gradients for a given cotangent of the output."""

import torch
import torch.nn.functional as F

from .common import DTYPES, PYTORCH, Draw, leaf, tensor


def channels_first(x):
    return x.movedim(-1, 1) if x.dim() > 2 else x


def channels_last(x):
    return x.movedim(1, -1) if x.dim() > 2 else x


def layer_norm(x, weight, bias, options, _state):
    return F.layer_norm(x, x.shape[-1:], weight, bias, options["epsilon"])


def rms_norm(x, weight, _bias, options, _state):
    # PyTorch 1.13 has none: the equation, differentiated by autograd.
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + options["epsilon"]) * weight


def group_norm(x, weight, bias, options, _state):
    return channels_last(F.group_norm(channels_first(x), options["groups"], weight, bias, options["epsilon"]))


def batch_norm(x, weight, bias, options, state):
    return channels_last(F.batch_norm(
        channels_first(x), state["mean"], state["variance"], weight, bias, options["training"], options["momentum"],
        options["epsilon"],
    ))


CASES = [
    ("norm", layer_norm, {"epsilon": 1e-5}, (4, 6)),
    ("norm", layer_norm, {"epsilon": 1e-3}, (2, 3, 5)),
    ("rms-norm", rms_norm, {"epsilon": 1e-6}, (4, 6)),
    ("group-norm", group_norm, {"groups": 2, "epsilon": 1e-5}, (3, 6)),
    ("group-norm", group_norm, {"groups": 3, "epsilon": 1e-5}, (2, 4, 6)),
    ("group-norm", group_norm, {"groups": 1, "epsilon": 1e-5}, (2, 2, 3, 4)),
    ("batch-norm", batch_norm, {"momentum": 0.1, "epsilon": 1e-5, "training": True}, (5, 3)),
    ("batch-norm", batch_norm, {"momentum": 0.3, "epsilon": 1e-3, "training": True}, (3, 2, 2, 4)),
    ("batch-norm", batch_norm, {"momentum": 0.1, "epsilon": 1e-5, "training": False}, (4, 3)),
]


def norms():
    draw = Draw("norms")
    cases = []
    for name, function, options, shape in CASES:
        x, cotangent = draw.normal(*shape), draw.normal(*shape)
        weight, bias = draw.normal(shape[-1]), draw.normal(shape[-1])
        mean, variance = draw.normal(shape[-1], scale=0.2), draw.normal(shape[-1]).abs() + 0.5
        for dtype in DTYPES:
            cases.append(norm_case(name, function, options, dtype, x, weight, bias, cotangent, mean, variance))
    return PYTORCH, cases


def norm_case(name, function, options, dtype, x, weight, bias, cotangent, mean, variance):
    x, weight, bias = (leaf(value, dtype) for value in (x, weight, bias))
    state = {"mean": mean.to(DTYPES[dtype]).clone(), "variance": variance.to(DTYPES[dtype]).clone()}
    before = {key: tensor(value) for key, value in state.items()}
    y = function(x, weight, bias, options, state)
    y.backward(cotangent.to(y.dtype))
    running = name == "batch-norm"
    return {
        "name": name, "options": options, "dtype": dtype, "input": tensor(x), "weight": tensor(weight),
        "bias": tensor(None if name == "rms-norm" else bias), "output": tensor(y),
        "cotangent": tensor(cotangent.to(y.dtype)), "inputGradient": tensor(x.grad),
        "weightGradient": tensor(weight.grad), "biasGradient": tensor(None if name == "rms-norm" else bias.grad),
        "before": before if running else None,
        "after": {key: tensor(value) for key, value in state.items()} if running else None,
    }
