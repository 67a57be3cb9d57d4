"""Queries that two labels can answer: pneumonia stated, pneumonia denied, a normal chest."""
from __future__ import annotations

from .wording import Wording

SMALL_WORDS = "focal|acute|new|lobar|definite|bilateral|any|significant|visible|obvious|residual|large|discrete|confluent|patchy|suspicious|left|right|right lower lobe|left lower lobe|rll|lll|basal"


def finding(w: Wording) -> str:
    """A noun phrase of pneumonia: words of degree, the finding, its place."""
    core = w.of("positive")
    if w.chance(0.35):
        core = f"{w.of('modifier')} {core}"
        if w.chance(0.2):
            core = f"{w.of('modifier')} {core}"
    if w.chance(0.12):
        core = w.pick("{} and {}|{} {}|{}, {}|{} or {}|{} with {}|{}/{}").format(core, w.of("positive"))
    if w.chance(0.28):
        core = f"{core} {w.of('place')}"
    elif w.chance(0.06):
        core = w.pick("{} {}|{}: {}|{}, {}").format(w.of("place"), core)
    return core


def stated(w: Wording, core: str) -> str:
    """The finding said to be there, in one of many ways."""
    kind = w.r.random()
    if kind < 0.30:
        return core
    if kind < 0.55:
        return f"{w.of('hedge')} {core}"
    if kind < 0.93:
        return w.framed(w.of("present_after"), core)
    return w.framed(w.of("present_after"), f"{w.of('hedge')} {core}")


def positive(w: Wording, core: str | None = None) -> str:
    """A query for pneumonia."""
    if core is None and w.chance(0.1):
        text = w.of("positive_state")
        if w.chance(0.3):
            text = w.pick("{}, {}|{}: {}|{} {}|{} with {}").format(text, w.of("positive"))
    else:
        text = stated(w, core or finding(w))
    if w.chance(0.1):
        text = f"{text} {w.of('tail_positive')}".replace(" ,", ",").replace(" .", ".")
    if w.chance(0.06):
        text = w.pick("{}, {} {}|{}. {} {}.|{} but {} {}").format(text, w.pick("no|no evidence of|without|there is no|negative for"), w.of("pairs_negated"))
    if w.chance(0.03):
        text = w.pick("{}. {}|{} and {}|{} with {}").format(text, w.beyond("finding"))
    return w.framed(w.of("frame"), text) if w.chance(0.6) else text


def deniable(w: Wording) -> str:
    """One finding or several, as they stand after a "no"."""
    core = w.of("negatable") if w.chance(0.75) else w.of("positive")
    if w.chance(0.2):
        core = f"{w.pick(SMALL_WORDS)} {core}"
    while w.chance(0.22):
        core = w.pick("{} or {}|{}, {}|{} and {}|{} nor {}|{}/{}|{}, or {}").format(core, w.of("negatable") if w.chance(0.5) else w.of("pairs_negated"))
    if w.chance(0.1):
        core = w.pick("{} or {}|{}, {}|{} and {}").format(w.of("pairs_negated"), core)
    if w.chance(0.2):
        core = f"{core} {w.of('place')}"
    return core


def denied(w: Wording, core: str) -> str:
    """The finding said not to be there."""
    if w.chance(0.62):
        return f"{w.of('negation')} {core}{w.pick('|||| seen| is seen| are seen| identified| is identified| present| is present| noted| has developed')}"
    return w.framed(w.of("absent_after"), core)


def negated(w: Wording, core: str | None = None) -> str:
    """Pneumonia denied: as good as normal."""
    text = denied(w, core or deniable(w))
    if w.chance(0.18):
        text = w.pick("{}, {}|{}. {}|{}; {}|{} and {}").format(text, w.of("normal"))
    elif w.chance(0.1):
        text = w.pick("{}, {}|{}. {}|{}; {}").format(w.of("normal"), text)
    return w.framed(w.of("normal_frame"), text) if w.chance(0.5) else text


def normal(w: Wording) -> str:
    """A query for a normal chest."""
    core = w.of("normal")
    if w.chance(0.15):
        core = w.pick("{}, {}|{} and {}|{}. {}").format(core, w.of("normal"))
    if w.chance(0.15):
        core = w.pick("{}, {}|{} with {}|{}. {}|{} and {}").format(core, w.of("tail_normal"))
    if w.chance(0.2):
        core = w.pick("{}, {}|{} {}|{} and {}|{}. {}.").format(core, denied(w, w.of("negatable")))
    return w.framed(w.of("normal_frame"), core) if w.chance(0.6) else core
