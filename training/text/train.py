"""The text encoder's steps, each resumable.

`python -m training.text.train fit` trains, calibrates and exports to training/runs/text;
`python -m training.text.train bind --data DIR` points the encoder at the pack's image.onnx and writes the pack's text files:
the one command after a new image encoder; `check` prints the figures of the wording held out.
"""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from tokenizers import Tokenizer

from ..export import PACK, session
from .bind import OUTPUTS, bind, export
from .fit import RUN, SEEDS, calibrate, fit_member, load
from .grammar import HELD_OUT
from .tokens import encode
from .wording import WORDING

STEPS, THRESHOLD = 3000, 0.5


def fit(steps: int = STEPS, threads: int = 1, run: Path = RUN) -> None:
    """Trains every member, calibrates on texts of no grammar, exports."""
    for seed in SEEDS:
        fit_member(seed, steps, threads, run)
    model, tokenizer = load(run)
    calibrate(model, tokenizer, run)
    export(run)


class Judge:
    """The exported text encoder: what it says of texts."""

    def __init__(self, folder: Path) -> None:
        import onnx
        from onnx import numpy_helper

        file = folder / "text.onnx"
        self.session, self.tokenizer = session(file, 1), Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.centres = next(numpy_helper.to_array(t) for t in onnx.load(str(file)).graph.initializer if t.name == "centres")

    def __call__(self, texts: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """(leans to pneumonia's centre: > 0, answerable) of each text."""
        sides, answers = [], []
        for s in range(0, len(texts), 200):
            ids, mask = encode(self.tokenizer, texts[s : s + 200])
            z, answer = self.session.run(OUTPUTS, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})
            sides.append(torch.from_numpy(z @ (self.centres[1] - self.centres[0])))
            answers.append(torch.from_numpy(answer))
        return torch.cat(sides), torch.cat(answers)


def evaluate(judge: Judge, threshold: float, queries: list[dict]) -> dict:
    """Share of answerable queries passed with the right side, and of unanswerable ones declined; the misses."""
    mistakes, passed, declined = [], [], []
    sides, answers = judge([q["text"] for q in queries])
    for q, side, answerable in zip(queries, sides.tolist(), answers.tolist()):
        if q.get("abstain"):
            good = answerable < threshold
            declined.append(good)
        else:
            good = answerable >= threshold and ("PNEUMONIA" if side > 0 else "NORMAL") in q["relevant"]
            passed.append(good)
        if not good:
            mistakes.append((q["text"], round(answerable, 3), "PNEUMONIA" if side > 0 else "NORMAL"))
    return {"answered": [int(sum(passed)), len(passed)], "declined": [int(sum(declined)), len(declined)], "misses": mistakes}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("step", choices=["fit", "bind", "check"])
    parser.add_argument("--data")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--threshold", type=float, default=THRESHOLD)
    parser.add_argument("--pack", type=Path, default=PACK)
    given = parser.parse_args()
    if given.step == "fit":
        fit(given.steps, given.threads)
    if given.step == "bind":
        from ..data import data_dir
        bind(data_dir(given.data), given.pack, given.threshold)
    if given.step == "check":
        judge = Judge(given.pack)
        for name in (*HELD_OUT, "calibration_queries.json"):
            print(name, json.dumps(evaluate(judge, given.threshold, json.loads((WORDING / name).read_text())), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
