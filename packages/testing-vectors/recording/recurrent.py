"""Recurrent layers: all states, the last ones, and gradients for given cotangents of both."""

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from .common import DTYPES, PYTORCH, Draw, leaf, tensor

MODULES = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}
GATES = {"rnn": 1, "gru": 3, "lstm": 4}
NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
# Rows, times, features, units; how many times of each row count.
SIZES = [((3, 4, 2, 3), True, None), ((2, 1, 3, 2), True, None), ((2, 5, 1, 4), False, None), ((3, 5, 2, 3), True, [3, 5, 1])]


def recurrent():
    draw = Draw("recurrent")
    cases = []
    for layer, activation in (("rnn", "tanh"), ("rnn", "relu"), ("gru", None), ("lstm", None)):
        for (rows, times, features, units), bias, lengths in SIZES:
            high = GATES[layer] * units
            shapes = ((high, features), (high, units), (high,), (high,))
            given = [draw.normal(*shape, scale=0.7) for shape in shapes[:4 if bias else 2]]
            x, cotangent = draw.normal(rows, times, features), draw.normal(rows, times, units)
            ends = [draw.normal(rows, units), draw.normal(rows, units)]
            for dtype in DTYPES:
                cases.append(recurrent_case(layer, activation, dtype, x, lengths, given, cotangent, ends))
    return PYTORCH, cases


def recurrent_case(layer, activation, dtype, x, lengths, given, cotangent, ends):
    units = cotangent.shape[-1]
    more = {"nonlinearity": activation} if activation else {}
    module = MODULES[layer](x.shape[-1], units, batch_first=True, bias=len(given) == 4, **more).to(DTYPES[dtype])
    parameters = dict(zip(NAMES, (getattr(module, f"{name}_l0") for name in NAMES[:len(given)])))
    with torch.no_grad():
        for parameter, value in zip(parameters.values(), given):
            parameter.copy_(value)
    x, cotangent, ends = leaf(x, dtype), cotangent.to(DTYPES[dtype]), [end.to(DTYPES[dtype]) for end in ends]
    output, last = module(x if lengths is None else pack_padded_sequence(x, lengths, True, enforce_sorted=False))
    if lengths is not None:
        output, _ = pad_packed_sequence(output, True)
    states = [state[0] for state in (last if layer == "lstm" else (last,))]
    torch.autograd.backward([output, *states], [cotangent, *ends[:len(states)]])
    every = lambda of: {name: tensor(of(parameters[name]) if name in parameters else None) for name in NAMES}
    return {
        "layer": layer, "activation": activation, "dtype": dtype, "input": tensor(x), "lengths": lengths,
        "parameters": every(lambda parameter: parameter), "output": tensor(output), "state": tensor(states[0]),
        "cell": tensor(states[1]) if layer == "lstm" else None, "cotangent": tensor(cotangent),
        "stateCotangent": tensor(ends[0]), "cellCotangent": tensor(ends[1]) if layer == "lstm" else None,
        "inputGradient": tensor(x.grad), "gradients": every(lambda parameter: parameter.grad),
    }
