"""Reads real report sentences to see what the text encoder makes of them. It is never trained on them.

`python -m training.text.openi --data DIR`: sentences are sorted by plain rules (below), independent of the model.
"""
from __future__ import annotations

import argparse
import csv
import re

import torch

from ..data import data_dir
from .model import TextEncoder
from .train import encode, load

CORE = r"(pneumonia|consolidation|infiltrate|airspace (?:disease|opacit)|air space (?:disease|opacit))"
CLEAR = r"(lungs (?:are|appear) clear|clear lungs|lungs are clear|no acute (?:cardiopulmonary|pulmonary)|normal chest|lungs? clear)"
OTHER = (r"(fracture|spine|degenerative|pacemaker|catheter|tube|line |sternotomy|scoliosis|osteophyte|vertebra|aort|hernia|granuloma|nodule|"
         r"calcif|emphysema|copd|clavicle|shoulder|rib|cardiomegaly|pneumothorax|effusion|surgical|clips|bony|osseous|diaphragm)")
DENIED = r"\b(no|without|negative|free of|not|absence|resol)"


def sort(sentence: str) -> str | None:
    """denied, clear, stated, other, or None where the rules do not say."""
    s = sentence.lower()
    if re.search(CORE, s):
        if re.search(DENIED + r".{0,60}" + CORE, s):
            return "denied"
        return None if re.search(DENIED, s) or re.search(OTHER, s) else "stated"
    if re.search(CLEAR, s) and not re.search(OTHER, s):
        return "clear"
    if re.search(OTHER, s) and not re.search(r"(lung|opacit|normal|acute|clear|infect|atelecta|unremarkable)", s):
        return "other"
    return None


@torch.no_grad()
def judge(model: TextEncoder, texts: list[str], tokenizer) -> tuple[torch.Tensor, torch.Tensor]:
    """(chance of pneumonia's side, answerable) of each text."""
    sides, answers = [], []
    for s in range(0, len(texts), 200):
        ids, mask = encode(tokenizer, texts[s : s + 200])
        logits = model.kind(model.features(ids, mask)) * model.warmth
        sides.append(torch.softmax(logits[:, :2], 1)[:, 1])
        answers.append(1 - torch.softmax(logits, 1)[:, 2])
    return torch.cat(sides), torch.cat(answers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--show", type=int, default=0)
    given = parser.parse_args()
    with (data_dir(given.data) / "openi_reports" / "reports_even_uid.csv").open() as f:
        rows = list(csv.DictReader(f))
    sentences: set[str] = set()
    for r in rows:
        for part in (r["findings"], r["impression"]):
            sentences |= {s.strip(" .0123456789)") for s in re.split(r"(?<=[.;])\s+", part) if "XXXX" not in s and len(s) > 8}
    groups: dict[str, list[str]] = {}
    for s in sorted(sentences):
        groups.setdefault(sort(s) or "unsorted", []).append(s)
    model, tokenizer = load()
    for kind, texts in groups.items():
        side, answer = judge(model, texts, tokenizer)
        passed = answer >= given.threshold
        sick = (side > 0.5)[passed].float().mean().item() if passed.any() else float("nan")
        print(f"| {kind} | {len(texts)} | {passed.float().mean().item():.3f} | {sick:.3f} |")
        wrong = {"denied": ~passed | (side > 0.5), "clear": ~passed | (side > 0.5), "stated": ~passed | (side < 0.5), "other": passed}.get(kind)
        if wrong is not None and given.show:
            for i in torch.nonzero(wrong).flatten()[: given.show].tolist():
                print(f"    {texts[i]}  [pneumonia {side[i]:.2f}, answerable {answer[i]:.2f}]")


if __name__ == "__main__":
    main()
