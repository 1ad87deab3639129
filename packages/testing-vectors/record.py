"""Records what PyTorch (and scikit-learn for metrics) computes, for the tests of the other packages.

Run:  python3 record.py            all of vectors/*.json; then format them with `pnpm format`
      python3 record.py losses     one of them

Needs Debian 12's python3-torch and python3-sklearn. README.md describes the layout of the files. Arguments are drawn
with a seed for each file and rounded to three decimals, so that they are short and both dtypes read the same text.
"""

import json
import pathlib
import sys

import torch

from recording.attention import attention
from recording.common import SEED
from recording.embeddings import embeddings
from recording.figures import initializers, metrics
from recording.images import convolutions, pools
from recording.layers import activations, dense
from recording.lbfgs import lbfgs
from recording.losses import losses
from recording.merges import merges
from recording.noises import noises
from recording.norms import norms
from recording.positions import positions
from recording.recurrent import recurrent
from recording.regimes import regimes
from recording.training import networks, optimizers, schedules

FOLDER = pathlib.Path(__file__).parent / "vectors"
RECORDINGS = (
    activations, dense, convolutions, pools, norms, embeddings, positions, merges, noises, recurrent, attention, losses,
    optimizers, schedules, initializers, metrics, networks, regimes, lbfgs,
)
FILES = {f.__name__: f for f in RECORDINGS}

if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in sys.argv[1:] or FILES:
        made_with, cases, *shared = FILES[name]()
        header = {**made_with, "seed": SEED, "recordedWith": f"python3 record.py {name}"}
        content = {"header": header, **(shared[0] if shared else {}), "cases": cases}
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")
        print(name, len(cases), "cases")
