"""PyTorch, eager: batches cut beforehand, gradients set to None, no value read back while the clock runs."""

import torch
from protocol import serve, timed
from torch import nn


class Worker:
    def __init__(self, work, threads):
        torch.set_num_threads(threads)
        self.classes = work.loss == "cross-entropy"
        self.network = network(work)
        self.xs = torch.from_numpy(work.inputs).split(work.batch)
        targets = torch.from_numpy(work.targets)
        self.ys = (targets.long() if self.classes else targets).split(work.batch)
        self.loss = nn.CrossEntropyLoss() if self.classes else nn.MSELoss()
        optimizer = torch.optim.Adam if work.optimizer == "adam" else torch.optim.SGD
        self.optimizer = optimizer(self.network.parameters(), lr=work.learningRate)
        self.next = 0

    def batch(self):
        i = self.next
        self.next = (i + 1) % len(self.xs)
        return self.xs[i], self.ys[i]


class Trainer(Worker):
    def step(self):
        x, y = self.batch()
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(self.network(x), y)
        loss.backward()
        self.optimizer.step()
        return loss

    def first(self, count):
        return [self.step().item() for _ in range(count)]

    def run(self, seconds):
        def call():
            self.step()
            return 1

        return timed(seconds, call)


class Predictor(Worker):
    def predict(self):
        f = self.network(self.batch()[0])
        return torch.softmax(f, 1) if self.classes else f

    def first(self, count):
        with torch.inference_mode():
            return [value for _ in range(count) for value in self.predict().flatten().tolist()]

    def run(self, seconds):
        def call():
            self.predict()
            return 1

        with torch.inference_mode():
            return timed(seconds, call)


def network(work):
    activation = nn.Tanh if work.hidden == "tanh" else nn.ReLU
    stages = []
    for weight, bias in work.layers():
        linear = nn.Linear(weight.shape[1], weight.shape[0])
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weight))
            linear.bias.copy_(torch.from_numpy(bias))
        stages += [linear, activation()]
    return nn.Sequential(*stages[:-1])


serve(lambda work, threads: (Trainer if work.kind == "training" else Predictor)(work, threads))
