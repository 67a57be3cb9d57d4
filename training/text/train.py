"""Trains the text encoder on the project's own wording, binds it to the image space and exports it.

`python -m training.text.train fit` trains and calibrates; `... bind --data DIR` sets the projection to the image
encoder's class centres and writes text.onnx, tokenizer.json and text.json into the pack.
"""
from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

from .grammar import NORMAL, UNKNOWN, WORDING, Grammar
from .model import MAX_TOKENS, TextEncoder

RUN = Path(__file__).parent.parent / "runs" / "text"
TOLERANCE = 1e-4


def make_tokenizer(texts: list[str], size: int = 1600) -> Tokenizer:
    """Lower-case WordPiece with BERT's special tokens, no padding and no truncation of its own."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=size, min_frequency=2, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
                                        limit_alphabet=60, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return tokenizer


def encode(tokenizer: Tokenizer, texts: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """(ids, mask) int64 [N,T]; cut to 64 tokens keeping the final [SEP], padded with 0."""
    rows = [e.ids if len(e.ids) <= MAX_TOKENS else e.ids[: MAX_TOKENS - 1] + [3] for e in tokenizer.encode_batch(texts)]
    ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.int64)
    mask = torch.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, : len(row)], mask[i, : len(row)] = torch.tensor(row), 1
    return ids, mask


def fit(steps: int, seed: int, threads: int) -> None:
    """Trains tokenizer and transformer; keeps them in runs/text."""
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    RUN.mkdir(parents=True, exist_ok=True)
    vocabulary = Grammar(seed + 1)
    tokenizer = make_tokenizer([vocabulary.draw()[0] for _ in range(60_000)])
    tokenizer.save(str(RUN / "tokenizer.json"))
    model, grammar = TextEncoder(tokenizer.get_vocab_size()), Grammar(seed + 2)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1.5e-3, weight_decay=0.02)
    began, batch, shown = time.time(), 128, []
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 1.5e-3 * min(1, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * step / steps))
        texts, kinds = zip(*(grammar.draw() for _ in range(batch)))
        ids, mask = encode(tokenizer, list(texts))
        hidden = (torch.rand(ids.shape) < 0.04) & (ids > 4)
        ids = torch.where(hidden, torch.full_like(ids, 1), ids)
        model.train()
        loss = F.cross_entropy(model.kind(model.features(ids, mask)), torch.tensor(kinds), label_smoothing=0.03)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        shown.append(loss.item())
        if (step + 1) % 200 == 0:
            print(f"step {step + 1}/{steps} loss {np.mean(shown[-200:]):.4f} {(time.time() - began) / (step + 1):.3f} s/step", flush=True)
    calibrate(model.eval(), tokenizer, Grammar(seed + 3))
    torch.save(model.state_dict(), RUN / "text.pt")


@torch.no_grad()
def calibrate(model: TextEncoder, tokenizer: Tokenizer, grammar: Grammar, count: int = 4000) -> None:
    """Sets the temperature that minimises the cross-entropy of texts not trained on."""
    texts, kinds = zip(*(grammar.draw() for _ in range(count)))
    logits = torch.cat([model.kind(model.features(*encode(tokenizer, list(texts[s : s + 250])))) for s in range(0, count, 250)])
    target = torch.tensor(kinds)
    warmth = min(np.linspace(0.3, 2.5, 45), key=lambda w: F.cross_entropy(logits * w, target).item())
    model.warmth.fill_(float(warmth))
    right = (logits.argmax(1) == target).float().mean().item()
    print(f"new texts of the grammar: {right:.4f} right, temperature factor {warmth:.2f}")


def load() -> tuple[TextEncoder, Tokenizer]:
    """The fitted text encoder."""
    tokenizer = Tokenizer.from_file(str(RUN / "tokenizer.json"))
    model = TextEncoder(tokenizer.get_vocab_size())
    model.load_state_dict(torch.load(RUN / "text.pt"))
    return model.eval(), tokenizer


@torch.no_grad()
def evaluate(model: TextEncoder, tokenizer: Tokenizer, threshold: float, queries: list[dict]) -> dict:
    """Share of answerable queries passed with the right side, and of unanswerable ones declined; the misses."""
    mistakes, passed, declined = [], [], []
    for q in queries:
        logits = model.kind(model.features(*encode(tokenizer, [q["text"]])))[0] * model.warmth
        answerable = 1 - float(torch.softmax(logits, 0)[UNKNOWN])
        if q.get("abstain"):
            good = answerable < threshold
            declined.append(good)
        else:
            side = "NORMAL" if int(logits[:2].argmax()) == NORMAL else "PNEUMONIA"
            good = answerable >= threshold and side in q["relevant"]
            passed.append(good)
        if not good:
            mistakes.append((q["text"], round(answerable, 3)))
    return {"answered": [int(sum(passed)), len(passed)], "declined": [int(sum(declined)), len(declined)], "misses": mistakes}


def bind(root: Path, pack: Path, threshold: float) -> None:
    """Points the two sides at the class centres of the gallery's image embeddings and writes the pack's text files."""
    from .. import data as datasets
    from ..export import manifest_update, session

    model, tokenizer = load()
    d = datasets.load(root)
    run = session(pack / "image.onnx", 2)
    d = d.take(np.arange(0, len(d), 12))  # 421 images fix two centres well
    z = np.concatenate([run.run(["embedding"], {"image": d.pixels[s : s + 64, None].astype(np.float32) / 255})[0] for s in range(0, len(d), 64)])
    centres = np.stack([z[d.label == c].mean(0) for c in (0, 1)])
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    if z.shape[1] != model.project.out_features:
        model.project = torch.nn.Linear(2, z.shape[1], bias=False)
    model.project.weight.data = torch.from_numpy(centres.T.copy())
    target = pack / "text.onnx"
    ids, mask = encode(tokenizer, ["no consolidation", "right lower lobe pneumonia"])
    axes = {"input_ids": {0: "n", 1: "t"}, "attention_mask": {0: "n", 1: "t"}, "embedding": {0: "n"}, "answerable": {0: "n"}}
    part = pack.parent / ".text.onnx.part"
    torch.onnx.export(model, (ids, mask), str(part), input_names=["input_ids", "attention_mask"], dynamic_axes=axes,
                      output_names=["embedding", "answerable"], opset_version=17, dynamo=False)
    onnx_text, worst, times = session(part), 0.0, []
    queries = json.loads((WORDING / "heldout_queries.json").read_text())
    for texts in [[q["text"]] for q in queries] + [[q["text"] for q in queries], ["opacity " * 100]]:
        ids, mask = encode(tokenizer, texts)
        start = time.perf_counter()
        theirs = onnx_text.run(["embedding", "answerable"], {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})
        times.append(time.perf_counter() - start)
        with torch.no_grad():
            mine = model(ids, mask)
        worst = max([worst] + [float(np.abs(a.numpy() - b).max()) for a, b in zip(mine, theirs)])
    print(f"text: difference {worst:.2e}, {part.stat().st_size / 1e6:.2f} MB, {np.median(times) * 1000:.1f} ms a query on one core")
    if not worst <= TOLERANCE:
        part.unlink()
        raise SystemExit("refused: PyTorch and ONNX differ")
    part.replace(target)
    tokenizer.save(str(pack / "tokenizer.json"))
    manifest_update(pack, {"file": "text.onnx", "tokenizer": "tokenizer.json", "maxTokens": MAX_TOKENS,
                           "inputs": {"ids": "input_ids", "mask": "attention_mask"},
                           "outputs": {"embedding": "embedding", "answerable": "answerable"}, "abstainBelow": threshold})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=["fit", "bind", "check"])
    parser.add_argument("--data")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--threshold", type=float, default=0.5)
    given = parser.parse_args()
    if given.step == "fit":
        fit(given.steps, given.seed, given.threads)
    if given.step == "bind":
        from ..data import data_dir
        from ..export import PACK
        bind(data_dir(given.data), PACK, given.threshold)
    model, tokenizer = load()
    print(json.dumps(evaluate(model, tokenizer, given.threshold, json.loads((WORDING / "heldout_queries.json").read_text())), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
