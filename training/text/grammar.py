"""Writes queries from the project's own lexicon: normal, pneumonia, or not to be answered."""
from __future__ import annotations

import json

from .answerable import deniable, finding, negated, normal, positive
from .unanswerable import KEYS, beyond
from .wording import NORMAL, PNEUMONIA, UNKNOWN, WORDING, Wording, clean

HELD_OUT = ("heldout_queries.json", "heldout_queries_2.json")
SHORT_FORMS = [("chest x-ray", "cxr"), ("right lower lobe", "rll"), ("left lower lobe", "lll"), ("right upper lobe", "rul"), ("left upper lobe", "lul"), ("right middle lobe", "rml"), ("pneumonia", "pna"),
               ("consolidation", "consol"), ("bilateral", "bilat"), ("right", "rt"), ("left", "lt"), ("without", "w/o"), ("consistent with", "c/w"), ("x-ray", "xray"), ("x-ray", "x ray"), ("normal", "nl"),
               ("evidence", "evid"), ("infiltrate", "infilt"), ("opacities", "opac"), ("paediatric", "paed"), ("negative", "neg"), ("ground-glass", "ground glass"), ("ground glass", "groundglass"), ("airspace", "air space"), ("air space", "airspace")]


class Grammar:
    """Draws (text, kind) pairs; the same seed gives the same texts."""

    def __init__(self, seed: int) -> None:
        self.w = Wording(seed)
        self.r, self.chance = self.w.r, self.w.chance
        self.waiting: list[tuple[str, int]] = []
        self.held = {clean(q["text"]) for name in HELD_OUT for q in json.loads((WORDING / name).read_text())}

    def noisy(self, text: str) -> str:
        """Typing mistakes: a letter swapped, dropped, doubled or hit beside, in one or two of the longer words."""
        words = text.split(" ")
        for _ in range(self.r.randint(1, 2)):
            i = self.r.randrange(len(words))
            w = words[i]
            if len(w) < 5:
                continue
            j = self.r.randrange(1, len(w) - 1)
            kind = self.r.randrange(6)
            if kind == 0:
                w = w[:j] + w[j + 1] + w[j] + w[j + 2 :]
            elif kind == 1:
                w = w[:j] + w[j + 1 :]
            elif kind == 2:
                w = w[:j] + w[j] + w[j:]
            elif kind == 3:
                w = w[:j] + self.r.choice("aeiouy") + w[j + 1 :]
            elif kind == 4:
                w = w[:-1] if self.chance(0.5) else w + self.r.choice("se")
            else:
                row = next((k for k in KEYS if w[j] in k), KEYS[0])
                w = w[:j] + row[min(len(row) - 1, max(0, row.find(w[j]) + self.r.choice([-1, 1])))] + w[j + 1 :]
            words[i] = w
        return " ".join(words)

    def styled(self, text: str) -> str:
        """Abbreviations, hurried spelling, missing articles, capitals."""
        if self.chance(0.12):
            for long, short in self.r.sample(SHORT_FORMS, 8):
                text = text.replace(long, short)
        if self.chance(0.1):
            text = " ".join(w for w in text.split(" ") if w not in ("the", "a", "an", "is", "are", "of", "there"))
        if self.chance(0.16):
            text = self.noisy(text)
        if self.chance(0.05):
            text = text.replace(",", "").replace(".", "").replace(":", "").replace("-", " ")
        if self.chance(0.1):
            text = text.upper() if self.chance(0.5) else text.capitalize()
        return text

    def fresh(self) -> tuple[str, int]:
        """A query, or the first of a pair that differs only in what is said of the same finding."""
        w = self.w
        if self.chance(0.18):
            core = finding(w) if self.chance(0.5) else deniable(w)
            if " or " not in core and " nor " not in core:
                self.waiting.append((negated(w, core), NORMAL))
                return positive(w, core), PNEUMONIA
        kind = self.r.choices((NORMAL, PNEUMONIA, UNKNOWN), (0.28, 0.27, 0.45))[0]
        if kind == NORMAL:
            return (normal(w) if self.chance(0.5) else negated(w)), kind
        return (positive(w) if kind == PNEUMONIA else beyond(w)), kind

    def draw(self) -> tuple[str, int]:
        """(text, kind), never one of the held-out queries."""
        while True:
            text, kind = self.waiting.pop() if self.waiting else self.fresh()
            text = self.styled(text)
            if clean(text) and clean(text) not in self.held:
                return text, kind
