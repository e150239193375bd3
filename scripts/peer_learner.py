"""A recurrent V-trace learner as PyTorch programs have it (TorchBeast's loss and
loop over time), at the sizes of Credo's; run by bench_peers.py in the peers'
environment, on one thread.

    python peer_learner.py SECONDS

Prints one line of JSON: updates as frames per second, eager and compiled, with
and without a deterministic simulator.
"""

import itertools
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

STEPS, COLUMNS = 32, 16
PIXELS, ACTIONS = 24 * 24 * 3, 3
STARTS, OFFSETS, OVERSHOOT = 4, 2, 12
DISCOUNT = 0.99


class Loop(nn.Module):
    """An LSTM that can be reset, step by step."""

    def forward(self, inputs, state, keep=None):
        hidden, cell = state
        outputs, cells = [], []
        inputs = self.prepared(inputs)
        for step in range(inputs.shape[0]):
            if keep is not None:
                hidden = hidden * keep[step]
                cell = cell * keep[step]
            hidden, cell = self.step(inputs[step], hidden, cell)
            outputs.append(hidden)
            cells.append(cell)
        return torch.stack(outputs), torch.stack(cells)


class Recurrence(Loop):
    """The input's part of the gates at once, before the loop."""

    def __init__(self, inputs, size):
        super().__init__()
        self.prepared = nn.Linear(inputs, 4 * size)
        self.recurrent = nn.Linear(size, 4 * size, bias=False)

    def step(self, gates, hidden, cell):
        i, f, g, o = (gates + self.recurrent(hidden)).chunk(4, -1)
        cell = f.sigmoid() * cell + i.sigmoid() * g.tanh()
        return o.sigmoid() * cell.tanh(), cell


class Fused(Loop):
    """PyTorch's own cell, as TorchBeast has it."""

    def __init__(self, inputs, size):
        super().__init__()
        self.prepared = nn.Identity()
        self.cell = nn.LSTMCell(inputs, size)

    def step(self, inputs, hidden, cell):
        return self.cell(inputs, (hidden, cell))


# Layers of the encoder by the size of the core.
ENCODERS = {64: [64], 128: [256, 128]}


class Net(nn.Module):
    def __init__(self, size, recurrence, simulates):
        super().__init__()
        self.size = size
        layers, inputs = [], PIXELS
        for units in ENCODERS[size]:
            layers += [nn.Linear(inputs, units), nn.ReLU()]
            inputs = units
        self.encoder = nn.Sequential(*layers)
        self.core = recurrence(inputs + ACTIONS + 1, size)
        self.policy = nn.Linear(2 * size, ACTIONS)
        self.value = nn.Linear(2 * size, 1)
        if simulates:
            self.start = nn.Linear(2 * size, 2 * size)
            self.simulator = recurrence(ACTIONS, size)
            self.decoder = nn.Sequential(nn.Linear(size, size), nn.ReLU(),
                                         nn.Linear(size, PIXELS))

    def beliefs(self, batch):
        frames = batch["frames"].flatten(2).float() / 255.0
        encoded = self.encoder(frames)
        inputs = torch.cat([encoded, batch["actions"],
                            batch["rewards"].unsqueeze(-1)], -1)
        zeros = torch.zeros(COLUMNS, self.size)
        hidden, cell = self.core(inputs, (zeros, zeros),
                                 batch["keep"].unsqueeze(-1))
        return torch.cat([hidden, cell.tanh()], -1)


def vtrace(log_ratios, discounts, rewards, values):
    with torch.no_grad():
        ratios = log_ratios.exp().clamp(max=1)
        deltas = ratios * (rewards + discounts * values[1:] - values[:-1])
        sum_, sums = torch.zeros(COLUMNS), []
        for step in reversed(range(STEPS)):
            sum_ = deltas[step] + discounts[step] * ratios[step] * sum_
            sums.append(sum_)
        targets = torch.stack(sums[::-1]) + values[:-1]
        after = torch.cat([targets[1:], values[-1:]])
        return targets, ratios * (rewards + discounts * after - values[:-1])


def agent_loss(net, batch, beliefs):
    logits = net.policy(beliefs[:-1])
    values = net.value(beliefs).squeeze(-1)
    log_policy = F.log_softmax(logits, -1)
    taken = (log_policy * batch["actions"][1:]).sum(-1)
    targets, advantages = vtrace(
        taken.detach() - batch["log_probabilities"][1:],
        batch["keep"][1:] * DISCOUNT, batch["rewards"][1:], values.detach())
    entropy = -(log_policy.exp() * log_policy).sum(-1)
    return (-(taken * advantages) + 0.25 * (targets - values[:-1]) ** 2
            - 0.01 * entropy).mean()


def simulator_loss(net, batch, beliefs):
    rows = beliefs.flatten(0, 1).index_select(0, batch["starts"])
    start = net.start(rows)
    first, cell = start[:, :net.size].tanh(), start[:, net.size:]
    hidden, _ = net.simulator(batch["led"], (first, cell))
    states = torch.cat([first[None], hidden]).flatten(0, 1)
    frames = net.decoder(states.index_select(0, batch["decoded"]))
    truth = batch["frames"].flatten(0, 1).flatten(1).index_select(
        0, batch["targets"]).float() / 255.0
    return ((frames - truth) ** 2).sum(-1).mean() * 10


def make_batch():
    records = STEPS + 1
    rows = STARTS * COLUMNS
    one_hot = F.one_hot(torch.randint(ACTIONS, (records, COLUMNS)), ACTIONS)
    keep = (torch.rand(records, COLUMNS) > 1 / 64).float()
    return {
        "frames": torch.randint(256, (records, COLUMNS, 24, 24, 3),
                                dtype=torch.uint8),
        "actions": one_hot.float(), "keep": keep,
        "rewards": torch.randn(records, COLUMNS),
        "log_probabilities": torch.full((records, COLUMNS), -1.1),
        "starts": torch.randint(records * COLUMNS, (rows,)),
        "led": F.one_hot(torch.randint(ACTIONS, (OVERSHOOT, rows)),
                         ACTIONS).float(),
        "decoded": torch.randint((OVERSHOOT + 1) * rows,
                                 (rows * (OFFSETS + 1),)),
        "targets": torch.randint(records * COLUMNS, (rows * (OFFSETS + 1),)),
    }


def rate(size, recurrence, simulates, compiled, seconds):
    torch.manual_seed(1)
    net = Net(size, recurrence, simulates)
    # Its quickest form: one call for all parameters.
    adam = torch.optim.Adam(net.parameters(), lr=1e-3, foreach=True)

    def loss_of(batch):
        beliefs = net.beliefs(batch)
        loss = agent_loss(net, batch, beliefs)
        return loss + simulator_loss(net, batch, beliefs) if simulates else loss

    loss_of = torch.compile(loss_of, dynamic=False) if compiled else loss_of
    batches = [make_batch() for _ in range(4)]

    def update(i):
        adam.zero_grad(set_to_none=True)
        loss_of(batches[i % 4]).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 10.0, foreach=True)
        adam.step()

    for i in range(8):
        update(i)
    times, begin = [], time.perf_counter()
    while time.perf_counter() - begin < seconds or len(times) < 5:
        then = time.process_time()
        update(len(times))
        times.append(time.process_time() - then)
    times.sort()
    return STEPS * COLUMNS / times[len(times) // 2]


def main():
    torch.set_num_threads(1)
    seconds = float(sys.argv[1])
    found = {}
    for size, simulates, compiled, recurrence in itertools.product(
            ENCODERS, (False, True), (False, True), (Recurrence, Fused)):
        name = "_".join(["simulator" if simulates else "agent", str(size),
                         "compiled" if compiled else "eager",
                         recurrence.__name__.lower()])
        found[name] = rate(size, recurrence, simulates, compiled, seconds)
        print(f"{name} {found[name]:,.0f} frames/s", file=sys.stderr)
    # What one core multiplies, for the share of it that an update reaches.
    a, b = torch.randn(512, 512), torch.randn(512, 512)
    times = []
    for _ in range(200):
        then = time.process_time()
        a @ b
        times.append(time.process_time() - then)
    found["sgemm_gflops"] = 2 * 512 ** 3 / sorted(times)[100] / 1e9
    print(json.dumps(found))


if __name__ == "__main__":
    main()
