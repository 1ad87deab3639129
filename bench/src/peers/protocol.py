"""The Python side of the protocol of serve.ts: commands on standard input, answers as JSON on descriptor 3."""

import json
import math
import os
import resource
import sys
import time

import numpy


class Work:
    """The work folder: the workload's fields, and its arrays as numpy has them."""

    def __init__(self, folder):
        with open(os.path.join(folder, "workload.json")) as file:
            for key, value in json.load(file).items():
                setattr(self, key, value)
        self.family = getattr(self, "family", None)
        self._folder = folder
        self._weights, self._at = self._read("weights", numpy.float32), 0
        is_class = self.loss == "cross-entropy"
        self.inputs = self._read("inputs", numpy.float32).reshape(self.rows, self.sizes[0])
        self.targets = self._read("targets", numpy.int32 if is_class else numpy.float32)
        if is_class:
            self.targets = self.targets.reshape(self.rows, -1)
        else:
            self.targets = self.targets.reshape(self.rows, self.sizes[-1])

    def _read(self, name, dtype):
        return numpy.fromfile(os.path.join(self._folder, name), dtype)

    def layers(self):
        """Weight [out, in] and bias [out] of every layer."""
        for inputs, outputs in zip(self.sizes, self.sizes[1:]):
            yield self.parameter(outputs, inputs), self.parameter(outputs)

    def parameter(self, *shape):
        """The next of the first weights."""
        begin, self._at = self._at, self._at + math.prod(shape)
        return self._weights[begin : self._at].reshape(shape)


def timed(seconds, call):
    """Calls until the time is over, at least once; `call` says how many calls it stands for."""
    began = now = time.perf_counter()
    calls = 0
    while now - began < seconds or calls == 0:
        calls += call()
        now = time.perf_counter()
    return {"calls": calls, "seconds": now - began}


def serve(open_worker):
    """`open_worker(work, threads)` gives an object with `first(count)` and `run(seconds)`."""
    answers = os.fdopen(3, "w")

    def answer(value):
        answers.write(json.dumps(value) + "\n")
        answers.flush()

    try:
        for line in sys.stdin:
            command, _, argument = line.rstrip("\n").partition(" ")
            if command == "open":
                worker = open_worker(Work(argument), int(sys.argv[1]))
                answer({"ready": True})
            elif command == "first":
                answer([float(value) for value in worker.first(int(argument))])
            elif command == "run":
                answer(worker.run(float(argument)))
            elif command == "memory":
                unit = 1 if sys.platform == "darwin" else 1024
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
                answer({"peak": peak, **getattr(worker, "memory", dict)()})
    except Exception as error:
        answer({"error": f"{type(error).__name__}: {error}"})
        raise
