"""What every recording shares: drawing arguments, and writing tensors as the files have them."""

import math
import subprocess

import sklearn
import torch

SEED = 20261123
DTYPES = {"f64": torch.float64, "f32": torch.float32}
# Debian's torch.__version__ says 1.13.0a0; the package's own version is that of its source.
PACKAGE = subprocess.run(
    ["dpkg-query", "--show", "--showformat=${Version}", "python3-torch"], check=True, capture_output=True, text=True
).stdout
PYTORCH = {"framework": "PyTorch", "version": PACKAGE.split("+")[0], "package": f"Debian python3-torch {PACKAGE}"}
SKLEARN = {"framework": "scikit-learn", "version": sklearn.__version__}


class Draw:
    """Arguments of one file: seeded, the same for both dtypes."""

    def __init__(self, name):
        self.generator = torch.Generator().manual_seed(SEED + sum(name.encode()))

    def normal(self, *shape, scale=1.0):
        drawn = torch.randn(shape, generator=self.generator, dtype=torch.float64) * scale
        return torch.round(drawn * 1000) / 1000

    def away_from_zero(self, *shape):
        """No element nearer to zero than 0.05, for what has a kink there."""
        drawn = self.normal(*shape)
        return torch.where(drawn.abs() < 0.05, torch.full_like(drawn, 0.25), drawn)

    def integers(self, below, *shape):
        return torch.randint(below, shape, generator=self.generator)

    def distribution(self, *shape):
        """Along the last axis probabilities of two decimals that sum to one."""
        parts = self.integers(20, *shape).double() + 1
        rounded = torch.floor(100 * parts / parts.sum(-1, keepdim=True))
        rounded[..., 0] += 100 - rounded.sum(-1)
        return rounded / 100


def tensor(value):
    """As the files have it; float32 numbers are written with the digits that float32 needs."""
    if value is None:
        return None
    flat = value.detach().reshape(-1)
    data = [float(str(x)) for x in flat.numpy()] if value.dtype == torch.float32 else flat.tolist()
    return {"shape": list(value.shape), "data": [plain(x) for x in data]}


def plain(number):
    """JSON has no infinities; integers are written without a fraction."""
    if not math.isfinite(number):
        raise ValueError(f"{number} does not fit into JSON")
    return int(number) if number == int(number) and abs(number) < 1e15 else number


def number(value):
    return tensor(value.reshape(1))["data"][0]


def leaf(value, dtype):
    return value.to(DTYPES[dtype]).clone().requires_grad_()
