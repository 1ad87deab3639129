"""Layers of several inputs, and the one that changes nothing: their output, and the gradients of all inputs for a given cotangent."""

from functools import reduce

import torch
from torch import nn

from .common import DTYPES, PYTORCH, Draw, leaf, tensor

LAYERS = {
    "add": lambda inputs: reduce(torch.add, inputs),
    "average": lambda inputs: torch.stack(inputs).mean(0),
    "multiply": lambda inputs: reduce(torch.mul, inputs),
    "max": lambda inputs: reduce(torch.maximum, inputs),
    "concat": lambda inputs: torch.cat(inputs, -1),
    "identity": lambda inputs: nn.Identity()(inputs[0]),
}
SHAPES = [[(4, 3), (4, 3)], [(2, 3, 2), (2, 3, 2), (2, 3, 2)]]


def merges():
    draw = Draw("merges")
    cases = []
    for layer, function in LAYERS.items():
        for every in SHAPES:
            shapes = every[:1] if layer == "identity" else every
            given = [draw.normal(*shape) for shape in shapes]
            cotangent = draw.normal(*function(given).shape)
            for dtype in DTYPES:
                inputs = [leaf(each, dtype) for each in given]
                output = function(inputs)
                output.backward(cotangent.to(output.dtype))
                cases.append({
                    "layer": layer, "dtype": dtype, "inputs": [tensor(each) for each in inputs],
                    "output": tensor(output), "cotangent": tensor(cotangent.to(output.dtype)),
                    "gradients": [tensor(each.grad) for each in inputs],
                })
    return PYTORCH, cases
