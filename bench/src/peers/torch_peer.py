"""PyTorch, eager: batches cut beforehand, gradients set to None, no value read back while the clock runs."""

import math

import torch
from protocol import serve, timed
from torch import nn


class Worker:
    def __init__(self, work, threads):
        torch.set_num_threads(threads)
        self.classes = work.loss == "cross-entropy"
        self.network = network(work)
        self.xs = inputs(work).split(work.batch)
        targets = torch.from_numpy(work.targets)
        self.ys = (targets.long() if self.classes else targets).split(work.batch)
        self.loss = cross_entropy if self.classes else nn.MSELoss()
        self.moments = work.optimizer == "adam"
        optimizer = torch.optim.Adam if self.moments else torch.optim.SGD
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

    def memory(self):
        """A batch, what autograd keeps of it for the backward pass, and of each parameter its gradient and moments."""
        x, y = self.batch()
        sizes = {}

        def keep(tensor):
            storage = tensor.storage()
            sizes[storage.data_ptr()] = storage.nbytes()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            self.loss(self.network(x), y)
        parameters = list(self.network.parameters())
        # A batch is a part of the data set, whose storage would count whole.
        for known in [x, y, *parameters]:
            sizes.pop(known.storage().data_ptr(), None)
        copies = 4 if self.moments else 2
        own = copies * sum(map(size_of, parameters)) + size_of(x) + size_of(y)
        return {"tensors": own + sum(sizes.values())}

    def first(self, count):
        return [self.step().item() for _ in range(count)]

    def run(self, seconds):
        def call():
            self.step()
            return 1

        return timed(seconds, call)


def cross_entropy(f, y):
    """Of a class a row, or one for each place of a row."""
    return nn.functional.cross_entropy(f.flatten(0, -2), y.flatten())


def size_of(tensor):
    return tensor.nelement() * tensor.element_size()


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


def inputs(work):
    rows = torch.from_numpy(work.inputs)
    if work.family is None:
        return rows
    rows = rows.reshape(work.rows, *work.family["input"])
    if "tokens" in work.family:
        return rows.long()
    if rows.dim() < 4:
        return rows
    # Here an image's channels stand before its places. Strides of a single channel would say otherwise after `permute`.
    turned = rows.permute(0, 3, 1, 2)
    return torch.empty(turned.shape).copy_(turned)


def network(work):
    return dense_network(work) if work.family is None else family_network(work)


def dense_network(work):
    activation = nn.Tanh if work.hidden == "tanh" else nn.ReLU
    stages = []
    for weight, bias in work.layers():
        linear = nn.Linear(weight.shape[1], weight.shape[0])
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weight))
            linear.bias.copy_(torch.from_numpy(bias))
        stages += [linear, activation()]
    return nn.Sequential(*stages[:-1])


class LastState(nn.GRU):
    def forward(self, x):
        return super().forward(x)[1][-1]


class Transformer(nn.Module):
    def __init__(self, places, dim, heads, units):
        super().__init__()
        self.first, self.second = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.attention = nn.MultiheadAttention(dim, heads, batch_first=True)
        self.dense = nn.Sequential(nn.Linear(dim, units), nn.GELU(), nn.Linear(units, dim))
        self.register_buffer("later", torch.full((places, places), -math.inf).triu(1))

    def forward(self, x):
        h = self.first(x)
        x = x + self.attention(h, h, h, attn_mask=self.later, need_weights=False)[0]
        return x + self.dense(self.second(x))

    def set(self, take):
        """Ours has a matrix and a column for each of queries, keys and values."""
        dim = self.first.normalized_shape[0]
        fill(self.first, take)
        parts = [(take(dim, dim), take(dim)) for _ in range(3)]
        for parameter, values in zip((self.attention.in_proj_weight, self.attention.in_proj_bias), zip(*parts)):
            parameter.copy_(torch.cat(values))
        fill(self.attention.out_proj, take)
        fill(self.second, take)
        fill(self.dense, take)


def fill(module, take):
    for parameter in module.parameters():
        parameter.copy_(take(*parameter.shape))


def family_network(work):
    shape, stages, flattened = work.family["input"], [], {}
    for layer in work.family["layers"]:
        kind = layer["kind"]
        if kind == "conv":
            filters, kernel = layer["filters"], layer["kernel"]
            stages += [nn.Conv2d(shape[-1], filters, kernel, padding="same"), nn.ReLU()]
            shape = [*shape[:-1], filters]
        elif kind == "max-pool":
            size = layer["size"]
            stages.append(nn.MaxPool2d(size))
            shape = [shape[0] // size, shape[1] // size, shape[2]]
        elif kind == "flatten":
            stages.append(nn.Flatten())
            flattened[len(stages)] = shape
            shape = [math.prod(shape)]
        elif kind == "gru":
            stages.append(LastState(shape[-1], layer["units"], batch_first=True))
            shape = [layer["units"]]
        elif kind == "embed":
            stages.append(nn.Embedding(layer["size"], layer["dim"]))
            shape = [*shape, layer["dim"]]
        elif kind == "transformer":
            stages.append(Transformer(*shape, layer["heads"], layer["units"]))
        elif kind == "dense":
            stages.append(nn.Linear(shape[-1], layer["units"]))
            shape = [*shape[:-1], layer["units"]]
    with torch.no_grad():
        for at, stage in enumerate(stages):
            if isinstance(stage, Transformer):
                stage.set(lambda *shape: torch.from_numpy(work.parameter(*shape)))
                continue
            for parameter in stage.parameters():
                value = torch.from_numpy(work.parameter(*parameter.shape))
                image = flattened.get(at)
                if image is not None and value.dim() == 2:
                    # A flattened image has its channels last with us and first here.
                    value = value.reshape(-1, *image).permute(0, 3, 1, 2).flatten(1)
                parameter.copy_(value)
    return nn.Sequential(*stages)


serve(lambda work, threads: (Trainer if work.kind == "training" else Predictor)(work, threads))
