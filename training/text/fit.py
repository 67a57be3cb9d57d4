"""Trains the members of the text encoder on the project's own wording, resumably; keeps them in training/runs/text."""
from __future__ import annotations

import json
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from .grammar import Grammar
from .model import TextEncoder, TextMember
from .tokens import encode, make_tokenizer
from .wording import NORMAL, PNEUMONIA, UNKNOWN, WORDING

RUN = Path(__file__).parent.parent / "runs" / "text"
SEEDS = (0, 1, 2)
BATCH, POOL, RATE = 128, 16, 1.5e-3


def tokenizer_of(run: Path) -> Tokenizer:
    """The run's tokenizer, made from 60,000 drawn texts where it is missing."""
    file = run / "tokenizer.json"
    if not file.exists():
        run.mkdir(parents=True, exist_ok=True)
        vocabulary = Grammar(1)
        make_tokenizer([vocabulary.draw()[0] for _ in range(60_000)]).save(str(file))
    return Tokenizer.from_file(str(file))


def batches(grammar: Grammar, tokenizer: Tokenizer):
    """Endless (ids, mask, kinds); texts of like length together, so that little is padding."""
    while True:
        rows = sorted((grammar.draw() for _ in range(BATCH * POOL)), key=lambda row: len(row[0]))
        for i in grammar.r.sample(range(POOL), POOL):
            texts, kinds = zip(*rows[i * BATCH : (i + 1) * BATCH])
            yield *encode(tokenizer, list(texts)), torch.tensor(kinds)


def fit_member(seed: int, steps: int, threads: int, run: Path = RUN) -> None:
    """Trains one member; goes on from its last saved step."""
    torch.set_num_threads(threads)
    tokenizer, done = tokenizer_of(run), run / f"member-{seed}.pt"
    if done.exists():
        return print(f"text member {seed}: finished before")
    part, first = run / f"member-{seed}.part.pt", 0
    torch.manual_seed(seed)
    model = TextMember(tokenizer.get_vocab_size())
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.02)
    if part.exists():
        saved = torch.load(part)
        first = saved["step"]
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
    source, began, shown = batches(Grammar(1000 * (seed + 1) + first), tokenizer), time.time(), []
    for step in range(first, steps):
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * step / steps))
        ids, mask, kinds = next(source)
        hidden = (torch.rand(ids.shape) < 0.04) & (ids > 4)
        ids = torch.where(hidden, torch.full_like(ids, 1), ids)
        model.train()
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(ids, mask)
        loss = F.cross_entropy(logits.float(), kinds, label_smoothing=0.03)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        shown.append(loss.item())
        if (step + 1) % 200 == 0:
            print(f"text member {seed} step {step + 1}/{steps} loss {np.mean(shown[-200:]):.4f} {(time.time() - began) / (step + 1 - first):.3f} s/step", flush=True)
            torch.save({"step": step + 1, "model": model.state_dict(), "optimiser": optimiser.state_dict()}, part)
    torch.save(model.state_dict(), done)
    part.unlink(missing_ok=True)


def load(run: Path = RUN, seeds: tuple[int, ...] = SEEDS) -> tuple[TextEncoder, Tokenizer]:
    """The finished members joined, calibrated where that was done."""
    tokenizer, members = tokenizer_of(run), []
    for seed in seeds:
        member = TextMember(tokenizer.get_vocab_size())
        member.load_state_dict(torch.load(run / f"member-{seed}.pt"))
        members.append(member)
    model = TextEncoder(members).eval()
    if (run / "calibration.json").exists():
        known = json.loads((run / "calibration.json").read_text())
        model.warmth.fill_(known["warmth"])
        model.lean.fill_(known["lean"])
    return model, tokenizer


@torch.no_grad()
def calibrate(model: TextEncoder, tokenizer: Tokenizer, run: Path = RUN) -> None:
    """Temperature and bias towards abstaining, from texts the grammar did not write (wording/calibration_queries.json).

    The temperature minimises their cross-entropy; the bias puts the bound at 0.5 where right answers and right
    refusals together are most, in the middle of the range in which that is so.
    """
    queries = json.loads((WORDING / "calibration_queries.json").read_text())
    target = torch.tensor([UNKNOWN if q.get("abstain") else NORMAL if "NORMAL" in q["relevant"] else PNEUMONIA for q in queries])
    ids, mask = encode(tokenizer, [q["text"] for q in queries])
    model.lean.fill_(0)

    def at(warmth: float) -> torch.Tensor:
        model.warmth.fill_(warmth)
        return model.logits(ids, mask)

    warmth = min((float(w) for w in np.linspace(0.2, 1.5, 27)), key=lambda w: F.cross_entropy(at(w), target).item())
    logits = at(warmth)
    leans = [float(b) for b in np.linspace(-3, 3, 121)]

    def right(lean: float) -> float:
        moved = logits + lean * torch.tensor([[0.0, 0.0, 1.0]])
        declined = torch.softmax(moved, 1)[:, UNKNOWN] > 0.5
        good = torch.where(target == UNKNOWN, declined, ~declined & (moved[:, :2].argmax(1) == target))
        return good[target == UNKNOWN].float().mean().item() + good[target != UNKNOWN].float().mean().item()

    scores = [right(b) for b in leans]
    lean = float(np.median([b for b, s in zip(leans, scores) if s >= max(scores) - 1e-9]))
    model.warmth.fill_(warmth)
    model.lean.fill_(lean)
    (run / "calibration.json").write_text(json.dumps({"warmth": warmth, "lean": lean}) + "\n")
    print(f"calibration texts: {len(queries)}, balanced share right {max(scores) / 2:.4f}, temperature factor {warmth:.2f}, bias {lean:.2f}")
