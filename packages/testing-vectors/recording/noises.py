"""Layers that draw while training, by the draws that Chainrule's counters give: PyTorch computes with the same mask."""

import math

import torch
from torch import nn

from .common import DTYPES, PYTORCH, Draw, leaf, tensor
from .threefry import draws

UNIT = 2**24
# Layer, its argument, shape of the input, where the draws stand.
CASES = [
    ("dropout", 0.5, (4, 6), {"seed": 42, "step": [0, 0], "firstRow": 0}),
    ("dropout", 0.2, (3, 2, 5), {"seed": 7, "step": [12, 0], "firstRow": 96}),
    ("dropout", 0.9, (5, 8), {"seed": 2**31 - 1, "step": [3, 1], "firstRow": 1}),
    ("spatial-dropout", 0.5, (3, 4, 6), {"seed": 42, "step": [5, 0], "firstRow": 0}),
    ("spatial-dropout", 0.25, (2, 3, 2, 5), {"seed": 1, "step": [1000, 0], "firstRow": 32}),
    ("gaussian-noise", 0.1, (4, 6), {"seed": 42, "step": [0, 0], "firstRow": 0}),
    ("gaussian-noise", 2, (3, 2, 5), {"seed": 9, "step": [77, 0], "firstRow": 8}),
]


def drawn(place, site, shape):
    rows, elements = shape[0], math.prod(shape[1:])
    return torch.tensor(draws(place, site, rows, elements)).reshape(shape)


def kept(rate, shape, place):
    return drawn(place, 1, shape) < round((1 - rate) * UNIT)


def normal(shape, place):
    """Box and Muller's transform, in float64."""
    radius, turn = (drawn(place, site, shape).double() / UNIT for site in (1, 2))
    return torch.sqrt(-2 * torch.log(1 - radius)) * torch.cos(2 * math.pi * turn)


def masked(x, mask, rate):
    return x * (mask.to(x.dtype) / (1 - rate))


def check_against_torch(layer, rate, x):
    """PyTorch's own layer is `masked` with the mask that it drew itself."""
    if layer == "dropout":
        own, order = nn.Dropout(rate), x
    else:
        own, order = (nn.Dropout1d(rate) if x.dim() == 3 else nn.Dropout2d(rate)), x.movedim(-1, 1)
    torch.manual_seed(1)
    of_ones = own(torch.ones_like(order))
    torch.manual_seed(1)
    assert torch.allclose(own(order), masked(order, of_ones != 0, rate))
    if layer != "dropout":
        assert all(plane.unique().numel() == 1 for row in of_ones for plane in row)


def noises():
    draw = Draw("noises")
    cases = []
    for layer, argument, shape, place in CASES:
        given, cotangent = draw.normal(*shape), draw.normal(*shape)
        if layer == "gaussian-noise":
            noise = normal(shape, place)
        else:
            check_against_torch(layer, argument, given)
            noise = kept(argument, shape if layer == "dropout" else (shape[0], *(1 for _ in shape[1:-1]), shape[-1]), place)
            noise = noise.expand(shape)
        for dtype in DTYPES:
            x = leaf(given, dtype)
            output = x + argument * noise.to(x.dtype) if layer == "gaussian-noise" else masked(x, noise, argument)
            output.backward(cotangent.to(x.dtype))
            cases.append({
                "layer": layer, "argument": argument, "dtype": dtype, **place, "input": tensor(x),
                "noise": tensor(noise.double()), "output": tensor(output), "cotangent": tensor(cotangent.to(x.dtype)),
                "inputGradient": tensor(x.grad),
            })
    return PYTORCH, cases
