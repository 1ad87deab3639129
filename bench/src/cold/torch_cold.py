"""PyTorch from nothing to the first completed step of 784-128-10 with adam."""

import torch
from torch import nn

torch.set_num_threads(1)
network = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
loss = nn.functional.cross_entropy(network(torch.rand(64, 784)), torch.arange(64) % 10)
loss.backward()
optimizer.step()
print("step", loss.item())
