"""The project's own lexicon, and the dice that draw from it."""
from __future__ import annotations

import json
import random as pyrandom
from pathlib import Path

WORDING = Path(__file__).parent.parent / "wording"
NORMAL, PNEUMONIA, UNKNOWN = 0, 1, 2
UNITS = ["year", "year", "year", "month", "week", "day"]


class Wording:
    """Random choices from the lexicon; the same seed gives the same choices."""

    def __init__(self, seed: int) -> None:
        self.r = pyrandom.Random(seed)
        self.words: dict[str, list[str]] = json.loads((WORDING / "lexicon.json").read_text())
        self.unknown: dict[str, list[str]] = json.loads((WORDING / "unknown.json").read_text())

    def chance(self, p: float) -> bool:
        return self.r.random() < p

    def of(self, key: str) -> str:
        """An entry of the lexicon of what can be answered."""
        return self.r.choice(self.words[key])

    def beyond(self, key: str) -> str:
        """An entry of the lexicon of what cannot."""
        return self.r.choice(self.unknown[key])

    def pick(self, options: str) -> str:
        """One of several templates, separated by `|`."""
        return self.r.choice(options.split("|"))

    def age(self) -> str:
        n, unit = self.r.randint(1, 12), self.r.choice(UNITS)
        return self.pick(f"{n} {unit} old|{n}-{unit}-old|{n} {unit} old child|{n} {unit} old boy|{n} {unit} old girl|{n}yo|{n} yo|{n} y/o|{n} {unit}s|aged {n}|{n}yr old|age {n}")

    def framed(self, frame: str, core: str) -> str:
        """Puts the core into a frame; `{AGE}` becomes an age."""
        if "{AGE}" in frame:
            frame = frame.replace("{AGE}", self.age())
        return frame.replace("{}", core)


def clean(text: str) -> str:
    """Lower case with single spaces, for comparing queries."""
    return " ".join(text.lower().split())
