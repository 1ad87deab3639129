"""scikit-learn's MLP: `partial_fit` on many batches at once, in order, with the penalty and the momentum off."""

import warnings

from protocol import serve, timed
from sklearn.neural_network import MLPClassifier, MLPRegressor

# A part of the rows that trains about so long is handed over at once: a call has an overhead of its own.
CHUNK_SECONDS = 0.02


class Worker:
    def __init__(self, work, threads):
        del threads  # of its BLAS, which reads the environment
        warnings.filterwarnings("ignore")
        self.work = work
        self.classes = work.loss == "cross-entropy"
        self.targets = work.targets.ravel() if work.sizes[-1] == 1 else work.targets
        self.model = self.opened()
        self.at = 0

    def opened(self):
        work = self.work
        # scikit-learn's squared loss is ½ Σ (y − f)², summed over the outputs where mse takes the mean.
        scale = 1 if self.classes else 2 / work.sizes[-1]
        model = (MLPClassifier if self.classes else MLPRegressor)(
            hidden_layer_sizes=work.sizes[1:-1],
            activation=work.hidden,
            solver=work.optimizer,
            learning_rate_init=work.learningRate * scale,
            batch_size=work.batch,
            alpha=0,
            momentum=0,
            nesterovs_momentum=False,
            shuffle=False,
            n_iter_no_change=10**9,
        )
        # A first call makes the arrays; then they get the weights that everyone has, and the optimizer starts anew.
        known = {"classes": range(work.sizes[-1])} if self.classes else {}
        model.partial_fit(work.inputs[: work.batch], self.targets[: work.batch], **known)
        for i, (weight, bias) in enumerate(work.layers()):
            model.coefs_[i] = weight.T.copy()
            model.intercepts_[i] = bias.copy()
        del model._optimizer
        return model

    def rows(self, batches):
        """The next rows, not beyond the end of the data."""
        at, size = self.at, batches * self.work.batch
        end = min(at + size, self.work.rows)
        self.at = end % self.work.rows
        return slice(at, end)


class Trainer(Worker):
    def train(self, batches):
        rows = self.rows(batches)
        self.model.partial_fit(self.work.inputs[rows], self.targets[rows])
        return (rows.stop - rows.start) // self.work.batch

    def first(self, count):
        losses = []
        for _ in range(count):
            self.train(1)
            losses.append(self.model.loss_ * (1 if self.classes else 2))
        return losses

    def run(self, seconds):
        one = timed(0, lambda: self.train(1))["seconds"]
        batches = max(1, int(CHUNK_SECONDS / one))
        return timed(seconds, lambda: self.train(batches))


class Predictor(Worker):
    def predict(self):
        x = self.work.inputs[self.rows(1)]
        return self.model.predict_proba(x) if self.classes else self.model.predict(x)

    def first(self, count):
        return [value for _ in range(count) for value in self.predict().ravel()]

    def run(self, seconds):
        def call():
            self.predict()
            return 1

        return timed(seconds, call)


serve(lambda work, threads: (Trainer if work.kind == "training" else Predictor)(work, threads))
