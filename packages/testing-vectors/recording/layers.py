"""Activations and dense layers: outputs, and gradients for a given cotangent of the output."""

import torch
import torch.nn.functional as F

from .common import DTYPES, PYTORCH, Draw, leaf, tensor

ACTIVATIONS = [
    ("linear", {}, lambda x: x * 1),
    ("relu", {}, F.relu),
    ("leaky-relu", {"slope": 0.01}, lambda x: F.leaky_relu(x, 0.01)),
    ("leaky-relu", {"slope": 0.2}, lambda x: F.leaky_relu(x, 0.2)),
    ("elu", {"alpha": 1}, lambda x: F.elu(x, 1.0)),
    ("elu", {"alpha": 0.5}, lambda x: F.elu(x, 0.5)),
    ("gelu", {"approximate": "none"}, F.gelu),
    ("gelu", {"approximate": "tanh"}, lambda x: F.gelu(x, approximate="tanh")),
    ("silu", {}, F.silu),
    ("sigmoid", {}, torch.sigmoid),
    ("tanh", {}, torch.tanh),
    ("softplus", {"beta": 1, "threshold": 20}, F.softplus),
    ("softplus", {"beta": 1, "threshold": 1000}, lambda x: F.softplus(x, 1.0, 1000.0)),
]


def activations():
    draw = Draw("activations")
    extremes = [-30, -25, -20.5, -20, -17.5, -12, -8, -5, 5, 8, 12, 17.5, 20, 20.5, 25, 30]
    tiny = [0, 1e-3, -1e-3, 1e-8, -1e-8, 1e-20, -1e-20, 1e-30, -1e-30]
    x = torch.cat([torch.tensor(extremes + tiny, dtype=torch.float64), draw.normal(23, scale=2)]).reshape(6, 8)
    cotangent = draw.normal(6, 8)
    softmax_x = torch.stack([
        draw.normal(5), draw.normal(5, scale=10), torch.tensor([1000.0, 999.0, -1000.0, 0.0, 998.5]).double(),
        torch.tensor([2.0, 2.0, 2.0, 2.0, 2.0]).double(),
    ])
    cases = []
    for dtype in DTYPES:
        for name, options, function in ACTIVATIONS:
            cases.append(activation_case(name, options, function, dtype, x, cotangent))
        softmax = lambda x: F.softmax(x, -1)
        cases.append(activation_case("softmax", {}, softmax, dtype, softmax_x, draw.normal(4, 5)))
        cases.append(activation_case("softmax", {}, softmax, dtype, draw.normal(2, 3, 4), draw.normal(2, 3, 4)))
    return PYTORCH, cases


def activation_case(name, options, function, dtype, x, cotangent):
    x = leaf(x, dtype)
    y = function(x)
    y.backward(cotangent.to(y.dtype))
    return {
        "name": name, "options": options, "dtype": dtype, "input": tensor(x), "output": tensor(y),
        "cotangent": tensor(cotangent.to(y.dtype)), "inputGradient": tensor(x.grad),
    }


ACTIVATE = {"linear": lambda g: g * 1, "relu": F.relu, "tanh": torch.tanh}


def dense():
    draw = Draw("dense, away from kinks")
    cases = []
    for leading, units_in, units_out in (((5,), 4, 3), ((2, 3), 4, 3), ((1,), 1, 1), ((3,), 7, 1)):
        x, weight = draw.normal(*leading, units_in), draw.normal(units_out, units_in)
        bias, cotangent = draw.normal(units_out), draw.normal(*leading, units_out)
        for activation in ACTIVATE:
            for with_bias in (True, False):
                for dtype in DTYPES:
                    if dtype == "f64" or activation == "tanh":
                        cases.append(dense_case(dtype, activation, x, weight, bias if with_bias else None, cotangent))
    return PYTORCH, cases


def dense_case(dtype, activation, x, weight, bias, cotangent):
    x, weight, bias = (None if value is None else leaf(value, dtype) for value in (x, weight, bias))
    g = F.linear(x, weight, bias)
    g.retain_grad()
    assert activation != "relu" or g.abs().min() > 1e-3, "a pre-activation at the kink: choose another seed"
    y = ACTIVATE[activation](g)
    y.backward(cotangent.to(y.dtype))
    return {
        "activation": activation, "dtype": dtype, "input": tensor(x), "weight": tensor(weight), "bias": tensor(bias),
        "preActivation": tensor(g), "output": tensor(y), "cotangent": tensor(cotangent.to(y.dtype)),
        "preActivationGradient": tensor(g.grad), "inputGradient": tensor(x.grad), "weightGradient": tensor(weight.grad),
        "biasGradient": tensor(None if bias is None else bias.grad),
    }
