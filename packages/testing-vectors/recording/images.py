"""Convolutions, pools and changes of shape over images and series: outputs, and gradients for a given cotangent of the output.

Channels come last in inputs, outputs and their gradients; weights are PyTorch's own, [O, C / groups, ...K].
"""

import torch
import torch.nn.functional as F
from torch import nn

from .common import DTYPES, PYTORCH, Draw, leaf, tensor
from .layers import ACTIVATE

# name, sizes of space, channels, filters, kernel, options, activation, with a bias
CONVOLUTIONS = [
    ("conv", (5, 6), 2, 3, (3, 3), {}, "linear", True),
    ("conv", (5, 6), 1, 4, (3, 2), {}, "linear", False),
    ("conv", (5, 6), 2, 3, (3, 3), {"pad": "same"}, "tanh", True),
    ("conv", (5, 6), 2, 2, (2, 4), {"pad": "same"}, "linear", True),
    ("conv", (5, 6), 2, 3, (3, 3), {"pad": [1, 2]}, "linear", True),
    ("conv", (6, 7), 2, 3, (3, 3), {"stride": [2, 2]}, "linear", True),
    ("conv", (7, 8), 3, 2, (3, 2), {"stride": [2, 3], "pad": [1, 1]}, "tanh", True),
    ("conv", (7, 7), 2, 2, (3, 3), {"dilation": [2, 2]}, "linear", True),
    ("conv", (7, 8), 2, 2, (3, 2), {"dilation": [2, 3], "pad": "same"}, "linear", False),
    ("conv", (8, 8), 2, 2, (2, 3), {"dilation": [3, 1], "stride": [2, 1], "pad": [2, 1]}, "linear", True),
    ("conv", (4, 5), 4, 6, (3, 3), {"groups": 2, "pad": "same"}, "relu", True),
    ("conv", (5, 5), 4, 4, (2, 2), {"groups": 4, "stride": [2, 2]}, "linear", True),
    ("conv", (4, 4), 3, 2, (1, 1), {}, "linear", True),
    ("conv", (4, 4), 2, 2, (1, 1), {"pad": [1, 1]}, "linear", True),
    ("conv", (4, 4), 2, 2, (1, 1), {"stride": [2, 2]}, "linear", True),
    ("conv", (3, 4), 2, 3, (3, 4), {}, "linear", True),
    ("conv", (9,), 2, 3, (3,), {}, "linear", True),
    ("conv", (9,), 2, 3, (4,), {"pad": "same"}, "tanh", True),
    ("conv", (9,), 2, 3, (3,), {"pad": "causal"}, "linear", True),
    ("conv", (9,), 2, 2, (3,), {"pad": "causal", "dilation": [2]}, "relu", True),
    ("conv", (10,), 4, 4, (3,), {"stride": [2], "pad": [1], "groups": 2}, "linear", False),
    ("depthwise", (5, 6), 3, 3, (3, 3), {"pad": "same"}, "linear", True),
    ("depthwise", (6, 7), 2, 2, (3, 2), {"stride": [2, 2], "pad": [1, 1]}, "tanh", True),
    ("depthwise", (7, 6), 5, 5, (2, 3), {"dilation": [2, 1]}, "linear", False),
    ("depthwise", (9,), 4, 4, (3,), {"pad": "causal"}, "relu", True),
]

POOLS = [
    ("max-pool", (4, 6), 2, (2, 2), {}),
    ("max-pool", (5, 7), 2, (2, 2), {}),
    ("max-pool", (5, 6), 3, (3, 3), {"stride": [2, 1], "pad": [1, 1]}),
    ("max-pool", (5, 6), 1, (2, 3), {"stride": [1, 1]}),
    ("max-pool", (8, 8), 2, (6, 6), {"stride": [2, 2]}),
    ("max-pool", (9,), 2, (3,), {}),
    ("max-pool", (9,), 2, (3,), {"stride": [2], "pad": [1]}),
    ("average-pool", (4, 6), 2, (2, 2), {}),
    ("average-pool", (5, 7), 2, (2, 2), {}),
    ("average-pool", (5, 6), 3, (3, 3), {"stride": [2, 1], "pad": [1, 1]}),
    ("average-pool", (8, 8), 2, (6, 6), {"stride": [2, 2]}),
    ("average-pool", (9,), 2, (3,), {"stride": [2], "pad": [1]}),
    ("global-max-pool", (3, 4), 2, (3, 4), {}),
    ("global-max-pool", (5,), 2, (5,), {}),
    ("global-average-pool", (3, 4), 2, (3, 4), {}),
    ("global-average-pool", (5,), 2, (5,), {}),
    ("upsample", (2, 3), 2, (2, 3), {}),
    ("upsample", (4,), 2, (3,), {}),
    ("flatten", (3, 4), 2, (), {}),
    ("flatten", (5,), 3, (), {}),
    ("reshape", (3, 4), 2, (4, 6), {}),
    ("reshape", (6,), 2, (2, 2, 3), {}),
]


def channels_first(x):
    return x.movedim(-1, 1)


def channels_last(x):
    return x.movedim(1, -1)


def convolutions():
    draw = Draw("convolutions away from kinks 3")
    cases = []
    for name, space, channels, filters, kernel, options, activation, with_bias in CONVOLUTIONS:
        groups = channels if name == "depthwise" else options.get("groups", 1)
        x = draw.normal(2, *space, channels)
        weight, bias = draw.normal(filters, channels // groups, *kernel), draw.normal(filters)
        for dtype in DTYPES:
            if dtype == "f64" or activation == "tanh":
                case = convolution(dtype, x, weight, bias if with_bias else None, {**options, "groups": groups}, activation)
                cases.append({"layer": name, "kernel": kernel, "options": options, **case})
    return PYTORCH, cases


def convolution(dtype, x, weight, bias, options, activation):
    x, weight, bias = (None if value is None else leaf(value, dtype) for value in (x, weight, bias))
    space = weight.dim() - 2
    dilation = options.get("dilation", [1] * space)
    pad = options.get("pad", [0] * space)
    h = channels_first(x)
    if pad == "causal":
        h, pad = F.pad(h, [(weight.shape[2] - 1) * dilation[0], 0]), [0]
    run = F.conv1d if space == 1 else F.conv2d
    g = run(h, weight, bias, options.get("stride", [1] * space), pad, dilation, options["groups"])
    g.retain_grad()
    assert activation != "relu" or g.abs().min() > 1e-3, "a pre-activation at the kink: choose another seed"
    y = channels_last(ACTIVATE[activation](g))
    cotangent = Draw(str(list(y.shape))).normal(*y.shape).to(y.dtype)
    y.backward(cotangent)
    return {
        "activation": activation, "dtype": dtype, "input": tensor(x), "weight": tensor(weight), "bias": tensor(bias),
        "output": tensor(y), "cotangent": tensor(cotangent), "inputGradient": tensor(x.grad),
        "weightGradient": tensor(weight.grad), "biasGradient": tensor(None if bias is None else bias.grad),
    }


def pools():
    draw = Draw("pools")
    cases = []
    for name, space, channels, window, options in POOLS:
        x = draw.normal(2, *space, channels)
        # Few different numbers: most windows hold their largest several times.
        ties = draw.integers(3, 2, *space, channels).double()
        for dtype in DTYPES:
            cases.append(pool(name, dtype, x, window, options))
            if name.endswith("max-pool") and dtype == "f64":
                cases.append(pool(name, dtype, ties, window, options))
    return PYTORCH, cases


def pooled(name, h, window, options):
    series = len(window) == 1
    stride, pad = options.get("stride", window), options.get("pad", [0] * len(window))
    if name == "upsample":
        return F.interpolate(h, scale_factor=tuple(float(f) for f in window), mode="nearest")
    if name.endswith("max-pool"):
        return (F.max_pool1d if series else F.max_pool2d)(h, window, stride, pad)
    run = F.avg_pool1d if series else F.avg_pool2d
    return run(h, window, stride, pad, count_include_pad=False)


def pool(name, dtype, x, window, options):
    x = leaf(x, dtype)
    if name == "flatten":
        y = nn.Flatten()(x)
    elif name == "reshape":
        y = nn.Unflatten(1, window)(nn.Flatten()(x))
    else:
        y = channels_last(pooled(name, channels_first(x), window, options))
    if name.startswith("global"):
        y = y.reshape(y.shape[0], y.shape[-1])
    cotangent = Draw(str(list(y.shape))).normal(*y.shape).to(y.dtype)
    y.backward(cotangent)
    return {
        "layer": name, "window": window, "options": options, "dtype": dtype, "input": tensor(x), "output": tensor(y),
        "cotangent": tensor(cotangent), "inputGradient": tensor(x.grad),
    }
