"""Embeddings: the vectors of indices, and the gradient of the table for a given cotangent."""

import torch.nn.functional as F

from .common import DTYPES, PYTORCH, Draw, leaf, tensor

# Size and dim of the table, shape of the indices, the index that is padding.
CASES = [
    (7, 3, (4, 5), None),
    (5, 1, (3,), None),
    (4, 2, (2, 3, 4), None),
    (6, 3, (4, 5), 0),
    (4, 2, (3, 6), 2),
]


def embeddings():
    draw = Draw("embeddings")
    cases = []
    for size, dim, shape, padding in CASES:
        indices = draw.integers(size, *shape)
        if padding is not None:
            indices.reshape(-1)[0] = padding
        table, cotangent = draw.normal(size, dim), draw.normal(*shape, dim)
        if padding is not None:
            # As PyTorch's own layer begins: what padding gives is the table's row, which it keeps at 0.
            table[padding] = 0
        for dtype in DTYPES:
            weight = leaf(table, dtype)
            output = F.embedding(indices, weight, padding_idx=padding)
            output.backward(cotangent.to(output.dtype))
            cases.append({
                "size": size, "dim": dim, "padding": padding, "dtype": dtype, "indices": tensor(indices),
                "weight": tensor(weight), "output": tensor(output), "cotangent": tensor(cotangent.to(output.dtype)),
                "gradient": tensor(weight.grad),
            })
    return PYTORCH, cases
