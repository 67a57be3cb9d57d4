"""Reads real report sentences to see what the text encoder makes of them. It is never trained on them.

`python -m training.text.openi --data DIR`: sentences are sorted by plain rules (below), independent of the model. Errors may be
read in one half of the reports only (`--half seen`: uid a multiple of four); figures come from sentences of the other half.
"""
from __future__ import annotations

import argparse
import csv
import re
from pathlib import Path

import torch

from ..data import data_dir
from ..export import PACK
from .train import Judge

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


def sentences_of(rows: list[dict[str, str]]) -> list[str]:
    """Every distinct sentence of findings and impression without a blanked word."""
    found: set[str] = set()
    for r in rows:
        for part in (r["findings"], r["impression"]):
            found |= {s.strip(" .0123456789)") for s in re.split(r"(?<=[.;])\s+", part) if "XXXX" not in s and len(s) > 8}
    return sorted(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--pack", type=Path, default=PACK)
    parser.add_argument("--threshold", type=float, default=0.5)
    parser.add_argument("--half", choices=["seen", "unseen", "all"], default="unseen")
    parser.add_argument("--show", type=int, default=0)
    given = parser.parse_args()
    with (data_dir(given.data) / "openi_reports" / "reports_even_uid.csv").open() as f:
        rows = list(csv.DictReader(f))
    seen = set(sentences_of([r for r in rows if int(r["uid"]) % 4 == 0]))
    unseen = set(sentences_of([r for r in rows if int(r["uid"]) % 4 != 0])) - seen
    groups: dict[str, list[str]] = {}
    for s in sorted({"seen": seen, "unseen": unseen, "all": seen | unseen}[given.half]):
        groups.setdefault(sort(s) or "unsorted", []).append(s)
    judge = Judge(given.pack)
    print("| sentences | number | answered | of these pneumonia |")
    for kind, texts in groups.items():
        side, answer = judge(texts)
        passed = answer >= given.threshold
        sick = (side > 0)[passed].float().mean().item() if passed.any() else float("nan")
        print(f"| {kind} | {len(texts)} | {passed.float().mean().item():.3f} | {sick:.3f} |")
        wrong = {"denied": ~passed | (side > 0), "clear": ~passed | (side > 0), "stated": ~passed | (side < 0), "other": passed}.get(kind)
        if wrong is not None and given.show:
            for i in torch.nonzero(wrong).flatten()[: given.show].tolist():
                print(f"    {texts[i]}  [pneumonia's side {side[i]:.2f}, answerable {answer[i]:.2f}]")


if __name__ == "__main__":
    main()
