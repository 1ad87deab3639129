"""Attention with several heads: output, and gradients of every input and parameter for a given cotangent."""

import torch

from .common import DTYPES, PYTORCH, Draw, leaf, tensor

# Heads; query [B, T, C]; key [B, S, C_y] and value [B, S, C_z], none for self-attention; causal; how many keys of each row count.
# Weights and cotangents are small: else gradients are differences of numbers whose rounding alone is 1e-6.
CASES = [
    (2, (3, 4, 6), None, None, False, None),
    (4, (2, 5, 8), None, None, True, None),
    (1, (3, 4, 3), None, None, False, [4, 2, 1]),
    (3, (2, 4, 6), None, None, True, [3, 4]),
    (2, (2, 3, 4), (2, 5, 4), None, False, None),
    (2, (2, 3, 4), (2, 5, 3), (2, 5, 2), False, [2, 5]),
]
INPUTS = ("query", "key", "value")


def attention():
    draw = Draw("attention")
    cases = []
    for heads, query, key, value, causal, lengths in CASES:
        shapes = [query, key, value if value else None]
        inputs = [shape and draw.normal(*shape) for shape in shapes]
        channels = query[2]
        widths = (channels, (key or query)[2], (value or key or query)[2])
        weights = [draw.normal(channels, width, scale=0.4) for width in widths] + [draw.normal(channels, channels, scale=0.4)]
        biases = [draw.normal(3 * channels), draw.normal(channels)]
        cotangent = draw.normal(*query, scale=0.4)
        for dtype in DTYPES:
            cases.append(attention_case(dtype, heads, inputs, causal, lengths, weights, biases, cotangent))
    return PYTORCH, cases


def attention_case(dtype, heads, given, causal, lengths, weights, biases, cotangent):
    channels = given[0].shape[-1]
    _, key_channels, value_channels = (weight.shape[1] for weight in weights[:3])
    module = torch.nn.MultiheadAttention(
        channels, heads, batch_first=True, kdim=key_channels, vdim=value_channels
    ).to(DTYPES[dtype])
    # One matrix where all are as wide as the queries, else three.
    joined = module.in_proj_weight is not None
    matrices = [module.in_proj_weight] if joined else [module.q_proj_weight, module.k_proj_weight, module.v_proj_weight]
    values = [torch.cat(weights[:3])] if joined else weights[:3]
    with torch.no_grad():
        for parameter, value in zip((*matrices, module.out_proj.weight, module.in_proj_bias, module.out_proj.bias), (*values, weights[3], *biases)):
            parameter.copy_(value)
    leaves = [None if x is None else leaf(x, dtype) for x in given]
    query = leaves[0]
    key = query if leaves[1] is None else leaves[1]
    value = key if leaves[2] is None else leaves[2]
    places, asked = query.shape[1], key.shape[1]
    later = torch.triu(torch.ones(places, asked, dtype=torch.bool), 1) if causal else None
    padding = None if lengths is None else torch.arange(asked)[None, :] >= torch.tensor(lengths)[:, None]
    output, _ = module(query, key, value, key_padding_mask=padding, attn_mask=later, need_weights=False)
    output.backward(cotangent.to(DTYPES[dtype]))
    cut = lambda parts: parts[0].chunk(3) if joined else parts
    named = lambda matrices, column, out, out_column: dict(zip(
        ("query_weight", "key_weight", "value_weight", "output_weight", "query_bias", "key_bias", "value_bias", "output_bias"),
        map(tensor, (*cut(matrices), out, *column.chunk(3), out_column)),
    ))
    out = module.out_proj
    return {
        "heads": heads, "causal": causal, "dtype": dtype, "lengths": lengths,
        **dict(zip(INPUTS, map(tensor, leaves))),
        "parameters": named(matrices, module.in_proj_bias, out.weight, out.bias),
        "output": tensor(output), "cotangent": tensor(cotangent.to(DTYPES[dtype])),
        "inputGradients": dict(zip(INPUTS, (tensor(None if x is None else x.grad) for x in leaves))),
        "gradients": named([m.grad for m in matrices], module.in_proj_bias.grad, out.weight.grad, out.bias.grad),
    }
