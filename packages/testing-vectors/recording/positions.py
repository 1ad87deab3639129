"""What says where in a sequence a vector stands, added to it: the output, and gradients for a given cotangent of it."""

import math

import torch
from torch import nn

from .common import DTYPES, PYTORCH, Draw, leaf, tensor

# [B, T, C]; an odd number of channels ends with a sine.
SHAPES = [(2, 4, 6), (3, 5, 7), (1, 40, 2)]


def waves(places, channels, dtype):
    """The usual table of Vaswani et al., written out."""
    place = torch.arange(places, dtype=dtype).unsqueeze(1)
    rate = torch.exp(torch.arange(0, channels, 2, dtype=dtype) * (-math.log(10000.0) / channels))
    table = torch.zeros(places, channels, dtype=dtype)
    table[:, 0::2] = torch.sin(place * rate)
    table[:, 1::2] = torch.cos(place * rate)[:, : channels // 2]
    return table


def learnt(places, channels, weight, dtype):
    """An embedding of the places 0, 1, …"""
    table = nn.Embedding(places, channels, dtype=dtype)
    with torch.no_grad():
        table.weight.copy_(weight)
    return table


def positions():
    draw = Draw("positions")
    cases = []
    for kind in ("learnt", "sinusoidal"):
        for shape in SHAPES:
            _, places, channels = shape
            given, cotangent, weight = draw.normal(*shape), draw.normal(*shape), draw.normal(places, channels)
            for dtype in DTYPES:
                cases.append(position_case(kind, dtype, given, weight, cotangent))
    return PYTORCH, cases


def position_case(kind, dtype, given, weight, cotangent):
    x = leaf(given, dtype)
    _, places, channels = x.shape
    table = learnt(places, channels, weight, x.dtype) if kind == "learnt" else None
    added = waves(places, channels, x.dtype) if table is None else table(torch.arange(places))
    output = x + added
    output.backward(cotangent.to(output.dtype))
    return {
        "kind": kind, "dtype": dtype, "input": tensor(x), "weight": tensor(None if table is None else table.weight),
        "output": tensor(output), "cotangent": tensor(cotangent.to(output.dtype)), "inputGradient": tensor(x.grad),
        "weightGradient": tensor(None if table is None else table.weight.grad),
    }
