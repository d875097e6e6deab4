# SPDX-License-Identifier: MIT
"""What is to happen in a round. It follows from the seed, the way and the number of the round, and from nothing else."""

import random
import signal
from dataclasses import dataclass, field

# Of one phase, what happens first is counted from its begin.
PHASES = ("start", "ready", "end")  # leakwatch was started, the program is at work, the program was asked to end
LETHAL = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)

# How long a phase may take before something happens: nearly all of it fits. In microseconds.
DELAYS = {"start": 60000, "ready": 60000, "end": 30000}


@dataclass(frozen=True)
class Act:
    """A signal to somebody. SIGSTOP means that SIGCONT follows."""

    phase: str
    who: str  # "leakwatch", "program", "thread", "child", or "group": who is in the foreground of a terminal
    number: signal.Signals
    delay_us: int  # from the begin of the phase, or from the act before
    pause_us: int  # until SIGCONT
    pick: float  # which of several threads, or children: 0 to 1

    def __str__(self):
        pause = f", {self.pause_us} us" if self.number == signal.SIGSTOP else ""
        return f"{self.phase} + {self.delay_us} us: {self.number.name}{pause} to {self.who} ({self.pick:.3f})"


@dataclass(frozen=True)
class Plan:
    way: str
    seed: int  # of the program
    catches: bool  # it ends in order at SIGTERM and SIGINT
    acts: list = field(default_factory=list)

    def __str__(self):
        return f"{self.way}, restless {self.seed}{' catch' if self.catches else ''}: " + "; ".join(map(str, self.acts))


def roll_act(dice, whom):
    phase = dice.choice(PHASES)
    who = dice.choice(whom)
    number = signal.SIGINT if who == "group" else dice.choice((*LETHAL, signal.SIGSTOP))
    return Act(phase, who, number, dice.randrange(DELAYS[phase]), dice.randrange(20000), dice.random())


def roll(seed, way, number, whom):
    """The plan of round `number`, which is for these: `whom`."""
    dice = random.Random(f"{seed} {way} {number}")
    acts = [roll_act(dice, whom) for _ in range(dice.choice((1, 1, 2, 3)))]
    return Plan(way, dice.randrange(1 << 30), dice.random() < 0.5, sorted(acts, key=lambda act: PHASES.index(act.phase)))
