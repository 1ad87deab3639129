"""torch's L-BFGS with its strong Wolfe line search on functions of which the minimum is known."""

import torch

from .common import PYTORCH, tensor

SETTINGS = {"line_search_fn": "strong_wolfe", "max_iter": 1, "tolerance_grad": 0, "tolerance_change": 1e-15}


def rosenbrock(x):
    """Of pairs: 0 at ones."""
    return (100 * (x[1::2] - x[::2] ** 2) ** 2 + (1 - x[::2]) ** 2).sum()


def bowl(x):
    """A quadratic with curvatures from 1 to n², 0 at ones."""
    curvature = torch.arange(1, len(x) + 1, dtype=torch.float64) ** 2
    return (curvature * (x - 1) ** 2).sum() / 2


def hills(x):
    """Smooth and not convex."""
    return (torch.log(torch.cosh(x)) + 0.5 * torch.sin(3 * x)).sum()


FUNCTIONS = {f.__name__: f for f in (rosenbrock, bowl, hills)}
CASES = [
    ("rosenbrock", [-1.2, 1], 10, 38),
    ("rosenbrock", [-1.2, 1, 2, -1, 0.5, 0.3], 5, 30),
    ("bowl", [3, -2, 0.5, 4, -1], 10, 12),
    ("bowl", [3, -2, 0.5, 4, -1], 2, 12),
    ("hills", [2.5, -1.7, 0.4], 10, 10),
]


def lbfgs():
    return PYTORCH, [case(*row) for row in CASES]


def case(name, start, memory, iterations):
    function = FUNCTIONS[name]
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    descent = torch.optim.LBFGS([x], lr=1, history_size=memory, **SETTINGS)

    def closure():
        descent.zero_grad()
        value = function(x)
        value.backward()
        return value

    points, losses, gradients, directions = [], [], [], []

    def remember():
        losses.append(float(closure()))
        points.append(x.detach().clone())
        gradients.append(x.grad.clone())

    remember()
    for _ in range(iterations):
        descent.step(closure)
        directions.append(descent.state[x]["d"].clone())
        remember()
    return {
        "name": name, "memory": memory, "points": tensor(torch.stack(points)), "losses": losses,
        "gradients": tensor(torch.stack(gradients)), "directions": tensor(torch.stack(directions)),
    }
