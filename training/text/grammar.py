"""Writes queries from the project's own lexicon: normal, pneumonia, or not to be answered."""
from __future__ import annotations

import json
import random as pyrandom
from pathlib import Path

WORDING = Path(__file__).parent.parent / "wording"
NORMAL, PNEUMONIA, UNKNOWN = 0, 1, 2
KEYS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"]
SYLLABLES = ["ba", "ko", "ri", "tel", "mun", "sha", "vor", "lin", "qua", "zed", "pra", "ost", "ing", "ter", "gul", "fy", "ne", "dro", "cal", "mi", "sto", "bru", "wen", "ax", "ol", "per"]

STEMS = ["cardio", "hepato", "nephro", "osteo", "arthro", "gastro", "neuro", "dermo", "cysto", "chondro", "myelo", "spleno", "thyro", "cholecysto", "angio", "lympho", "fibro", "lipo", "rhino", "oto", "entero", "colo", "pancreato", "adeno", "hyper", "hypo", "endo", "peri", "mediastino", "diaphragmato", "costo", "sterno", "spondylo", "vasculo", "tracheo"]
ENDINGS = ["itis", "osis", "oma", "ectomy", "pathy", "plasty", "scopy", "megaly", "algia", "stenosis", "lysis", "cele", "graphy", "trophy", "plegia", "ptosis", "ectasis", "malacia", "sclerosis", "lith"]


class Grammar:
    """Draws (text, kind) pairs; the same seed gives the same texts."""

    def __init__(self, seed: int) -> None:
        self.r = pyrandom.Random(seed)
        self.words = json.loads((WORDING / "lexicon.json").read_text())
        self.unknown = json.loads((WORDING / "unknown.json").read_text())
        held = WORDING / "heldout_queries.json"
        self.held = {clean(q["text"]) for q in json.loads(held.read_text())} if held.exists() else set()

    def one(self, of: str) -> str:
        return self.r.choice(self.words[of])

    def chance(self, p: float) -> bool:
        return self.r.random() < p

    def positive(self) -> str:
        """A finding of pneumonia, perhaps with degree, place and hedge."""
        core = self.one("positive")
        if self.chance(0.4):
            core = f"{self.one('modifier')} {core}"
            if self.chance(0.25):
                core = f"{self.one('modifier')} {core}"
        if self.chance(0.3):
            core = f"{core} {self.one('place')}"
        if self.chance(0.2):
            core = self.r.choice(["{} and {}", "{} {}", "{}, {}", "{} or {}", "{} with {}"]).format(core, self.one("positive"))
        if self.chance(0.3):
            core = f"{self.one('hedge')} {core}"
        if self.chance(0.12):
            core = f"{core} {self.one('tail_positive')}"
        if self.chance(0.06):
            core = f"{core}, {self.one('negation')} {self.one('pairs_negated')}"
        if self.chance(0.05):
            core = self.r.choice(["not normal, {}", "abnormal: {}", "not clear, {}", "lungs are not clear, {}", "lungs not clear: {}"]).format(core)
        return self.one("frame").format(core)

    def negated(self) -> str:
        """Pneumonia denied: as good as normal."""
        core = self.one("negatable")
        if self.chance(0.2):
            core = f"{self.r.choice(['focal', 'acute', 'new', 'lobar', 'definite', 'bilateral', 'any', 'significant', 'visible'])} {core}"
        while self.chance(0.3):
            core = self.r.choice(["{} or {}", "{}, {}", "{} and {}", "{} nor {}"]).format(core, self.r.choice([self.one("negatable"), self.one("pairs_negated")]))
        if self.chance(0.1):
            core = f"{self.one('pairs_negated')} or {core}"
        if self.chance(0.25):
            core = f"{core} {self.one('place')}"
        core = f"{self.one('negation')} {core}"
        if self.chance(0.12):
            core = self.r.choice(["{} excluded", "{} ruled out", "{} is excluded", "{} not seen", "{} is absent", "{} has resolved", "{} has cleared", "resolved {}", "{} is not present", "{}: none", "{} negative"]).format(self.one("negatable"))
        if self.chance(0.2):
            core = self.r.choice(["{}, {}", "{} {}", "{}. {}"]).format(core, self.one("normal"))
        return self.one("normal_frame").format(core)

    def normal(self) -> str:
        core = self.one("normal")
        if self.chance(0.2):
            core = self.r.choice(["{}, {}", "{} and {}", "{}. {}"]).format(core, self.one("normal"))
        if self.chance(0.2):
            core = self.r.choice(["{}, {}", "{} with {}", "{}. {}", "{} and {}"]).format(core, self.one("tail_normal"))
        if self.chance(0.25):
            core = self.r.choice(["{}, {} {}", "{} {} {}", "{} and {} {}", "{}. {} {}."]).format(core, self.one("negation"), self.one("negatable"))
        return self.one("normal_frame").format(core)

    def gibberish(self) -> str:
        kind = self.r.random()
        if kind < 0.3:
            row = self.r.choice(KEYS)
            return "".join(self.r.choice(row) for _ in range(self.r.randint(2, 12)))
        if kind < 0.6:
            return " ".join("".join(self.r.choice(SYLLABLES) for _ in range(self.r.randint(1, 4))) for _ in range(self.r.randint(1, 4)))
        if kind < 0.8:
            return "".join(self.r.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(self.r.randint(1, 10)))
        return "".join(self.r.choice("0123456789 .,;:?!/-+*()%&") for _ in range(self.r.randint(1, 12)))

    def beyond(self) -> str:
        """A query that two labels cannot answer."""
        u, kind = self.unknown, self.r.random()
        if kind < 0.45:
            text = self.r.choice(u["finding"])
            if self.chance(0.3):
                text = f"{self.r.choice(self.words['modifier'])} {text}"
            if self.chance(0.15):
                text = f"{text} {self.r.choice(self.words['place'])}"
            if self.chance(0.15):
                text = self.r.choice(["{} and {}", "{} or {}", "{}, {}", "{} with {}"]).format(text, self.r.choice(u["finding"]))
            return self.r.choice(u["unknown_frame"]).format(text)
        if kind < 0.55:
            return self.r.choice(u["unknown_frame"]).format(self.r.choice(u["device"]))
        if kind < 0.68:
            return self.r.choice(u["part_frame"]).format(self.r.choice(u["part"]))
        if kind < 0.80:
            text = self.r.choice(u["other"])
            return f"{text} {self.r.choice(u['other'])}" if self.chance(0.3) else text
        if kind < 0.85:
            return self.r.choice(u["foreign"])
        if kind < 0.90:
            word = self.r.choice(STEMS) + self.r.choice(ENDINGS)
            if self.chance(0.3):
                word = f"{self.r.choice(self.words['modifier'])} {word}"
            return self.r.choice(u["unknown_frame"]).format(word)
        if kind < 0.95:
            frame = self.r.choice(self.words["frame"] + u["unknown_frame"])
            return frame.format(self.gibberish() if self.chance(0.6) else "").strip()
        return self.gibberish()

    def noisy(self, text: str) -> str:
        """Typing mistakes: a letter swapped, dropped, doubled or hit beside, in one or two of the longer words."""
        words = text.split(" ")
        for _ in range(self.r.randint(1, 2)):
            i = self.r.randrange(len(words))
            w = words[i]
            if len(w) < 5:
                continue
            j = self.r.randrange(1, len(w) - 1)
            kind = self.r.randrange(5)
            if kind == 0:
                w = w[:j] + w[j + 1] + w[j] + w[j + 2 :]
            elif kind == 1:
                w = w[:j] + w[j + 1 :]
            elif kind == 2:
                w = w[:j] + w[j] + w[j:]
            elif kind == 3:
                w = w[:j] + self.r.choice("aeiouy") + w[j + 1 :]
            else:
                row = next((k for k in KEYS if w[j] in k), KEYS[0])
                w = w[:j] + row[min(len(row) - 1, max(0, row.find(w[j]) + self.r.choice([-1, 1])))] + w[j + 1 :]
            words[i] = w
        return " ".join(words)

    def draw(self) -> tuple[str, int]:
        """(text, kind), never one of the held-out queries."""
        while True:
            kind = self.r.choices((NORMAL, PNEUMONIA, UNKNOWN), (0.32, 0.30, 0.38))[0]
            if kind == NORMAL:
                text = self.normal() if self.chance(0.55) else self.negated()
            else:
                text = self.positive() if kind == PNEUMONIA else self.beyond()
            if self.chance(0.22):
                text = self.noisy(text)
            if self.chance(0.1):
                text = text.upper() if self.chance(0.5) else text.capitalize()
            if clean(text) and clean(text) not in self.held:
                return text, kind


def clean(text: str) -> str:
    """Lower case with single spaces, for comparing queries."""
    return " ".join(text.lower().split())
