"""Queries that two labels of a chest cannot answer."""
from __future__ import annotations

from .wording import Wording

KEYS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SYLLABLES = ["ba", "ko", "ri", "tel", "mun", "sha", "vor", "lin", "qua", "zed", "pra", "ost", "ing", "ter", "gul", "fy", "ne", "dro", "cal", "mi", "sto", "bru", "wen", "ax", "ol", "per",
             "con", "so", "li", "da", "tion", "pneu", "mo", "nia", "in", "fil", "trate", "op", "ac", "ity", "clear", "lung", "nor", "mal", "chen", "ung", "eit", "lich", "ito", "ada", "eur", "eau", "ski", "owa", "nen", "ssa"]
STEMS = ["cardio", "hepato", "nephro", "osteo", "arthro", "gastro", "neuro", "dermo", "cysto", "chondro", "myelo", "spleno", "thyro", "cholecysto", "angio", "lympho", "fibro", "lipo", "rhino", "oto", "entero", "colo", "pancreato",
         "adeno", "hyper", "hypo", "endo", "peri", "mediastino", "diaphragmato", "costo", "sterno", "spondylo", "vasculo", "tracheo", "pleuro", "broncho", "pneumo", "haemo", "hemo", "pyo", "hydro", "phlebo", "litho", "cranio", "mammo", "radio"]
ENDINGS = ["itis", "osis", "oma", "ectomy", "pathy", "plasty", "scopy", "megaly", "algia", "stenosis", "lysis", "cele", "graphy", "trophy", "plegia", "ptosis", "ectasis", "malacia", "sclerosis", "lith", "thorax", "pericardium", "tomy", "ostomy", "penia", "emia", "uria", "rrhage", "rrhoea", "cytosis", "dysplasia"]


def gibberish(w: Wording) -> str:
    r, kind = w.r, w.r.random()
    if kind < 0.25:
        row = r.choice(KEYS)
        words = ["".join(r.choice(row) for _ in range(r.randint(2, 9))) for _ in range(r.randint(1, 2))]
        return " ".join(words)
    if kind < 0.6:
        return " ".join("".join(r.choice(SYLLABLES) for _ in range(r.randint(1, 4))) for _ in range(r.randint(1, 4)))
    if kind < 0.85:
        return " ".join("".join(r.choice(LETTERS) for _ in range(r.randint(1, 9))) for _ in range(r.randint(1, 3)))
    return "".join(r.choice("0123456789 .,;:?!/-+*()%&") for _ in range(r.randint(1, 12)))


def spoilt(w: Wording, word: str) -> str:
    """A word that is none: letters drawn anew, so that what is not in the vocabulary is met in many shapes."""
    letters = list(word)
    for _ in range(max(2, len(letters) // 3)):
        letters[w.r.randrange(len(letters))] = w.r.choice(LETTERS)
    return "".join(letters)


def noun(w: Wording) -> str:
    """A common noun, in every eighth draw one that does not exist."""
    word = w.beyond("noun")
    return spoilt(w, word) if w.chance(0.12) else word


def general(w: Wording) -> str:
    """A question or remark about anything but chests."""
    text = w.beyond("question")
    while "{T}" in text:
        text = text.replace("{T}", w.beyond("topic"), 1)
    while "{N}" in text:
        text = text.replace("{N}", noun(w), 1)
    return text


def other_finding(w: Wording) -> str:
    """A finding, device or disease that is not pneumonia."""
    kind = w.r.random()
    if kind < 0.72:
        text = w.beyond("finding")
    elif kind < 0.87:
        text = w.beyond("device")
    else:
        text = w.r.choice(STEMS) + w.r.choice(ENDINGS)
    if w.chance(0.2):
        text = f"{w.of('modifier')} {text}"
    if w.chance(0.1):
        text = f"{text} {w.of('place')}"
    if w.chance(0.1):
        text = w.pick("{} and {}|{} or {}|{}, {}|{} with {}").format(text, w.beyond("finding"))
    return text


def twin(w: Wording, denied: bool) -> str:
    """Another finding in the very frames that pneumonia is stated or denied in."""
    core = other_finding(w)
    if denied:
        text = f"{w.of('negation')} {core}" if w.chance(0.6) else w.framed(w.of("absent_after"), core)
    elif w.chance(0.4):
        text = f"{w.of('hedge')} {core}"
    else:
        text = w.framed(w.of("present_after"), core)
    if "effusion" in text and "neither" in text:
        text = core
    return w.framed(w.of("frame"), text) if w.chance(0.3) else text


def beyond(w: Wording) -> str:
    """A query that two labels cannot answer."""
    kind = w.r.random()
    if kind < 0.30:
        text = other_finding(w)
        return w.framed(w.beyond("unknown_frame"), text) if w.chance(0.7) else text
    if kind < 0.42:
        return twin(w, denied=w.chance(0.4))
    if kind < 0.55:
        text = w.framed(w.beyond("part_frame"), w.beyond("part"))
        return w.framed(w.beyond("unknown_frame"), text) if w.chance(0.15) else text
    if kind < 0.73:
        return general(w)
    if kind < 0.83:
        text = w.beyond("other")
        return f"{text} {w.beyond('other')}" if w.chance(0.25) else text
    if kind < 0.90:
        return w.beyond("foreign")
    if kind < 0.94:
        frame = w.of("frame") if w.chance(0.5) else w.beyond("unknown_frame")
        return w.framed(frame, gibberish(w) if w.chance(0.7) else "").strip()
    if kind < 0.96:
        return spoilt(w, w.of("positive") if w.chance(0.5) else w.of("normal"))
    return gibberish(w)
