"""Exports the fitted text encoder once, and points it at an image encoder's space whenever that one changes.

The space enters by one initializer of the graph, `centres`: binding to another image encoder needs no fitted state,
only the text.onnx at hand.
"""
from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from ..export import manifest_update, session
from .fit import RUN, load
from .model import MAX_TOKENS
from .tokens import encode
from .wording import WORDING

TOLERANCE, LIMIT_BYTES, LIMIT_MS = 1e-4, 15_000_000, 10.0
OUTPUTS = ["embedding", "answerable"]


@torch.no_grad()
def export(run: Path = RUN) -> None:
    """Writes runs/text/text.onnx; refuses where ONNX Runtime and PyTorch differ or it is too large or too slow."""
    model, tokenizer = load(run)
    ids, mask = encode(tokenizer, ["no consolidation", "right lower lobe pneumonia"])
    axes = {"input_ids": {0: "n", 1: "t"}, "attention_mask": {0: "n", 1: "t"}, "embedding": {0: "n"}, "answerable": {0: "n"}}
    part = run / "text.part.onnx"
    torch.onnx.export(model, (ids, mask), str(part), input_names=["input_ids", "attention_mask"], dynamic_axes=axes,
                      output_names=OUTPUTS, opset_version=17, dynamo=False)
    if "centres" not in {t.name for t in onnx.load(str(part)).graph.initializer}:
        raise SystemExit("refused: the exported graph has no initializer named centres")
    run_onnx, worst, times = session(part), 0.0, []
    queries = [q["text"] for q in json.loads((WORDING / "heldout_queries.json").read_text())]
    for texts in [[q] for q in queries] + [queries, ["opacity " * 100]]:
        ids, mask = encode(tokenizer, texts)
        start = time.process_time()
        theirs = run_onnx.run(OUTPUTS, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})
        times.append(time.process_time() - start)
        worst = max([worst] + [float(np.abs(a.numpy() - b).max()) for a, b in zip(model(ids, mask), theirs)])
    size, ms = part.stat().st_size, float(np.median(times) * 1000)
    print(f"text: difference {worst:.2e}, {size / 1e6:.2f} MB, {ms:.1f} ms a query on one core")
    if not worst <= TOLERANCE or size > LIMIT_BYTES or ms > LIMIT_MS:
        part.unlink()
        raise SystemExit("refused: PyTorch and ONNX differ, or the file is too large or too slow")
    part.replace(run / "text.onnx")


def with_centres(file: Path, centres: np.ndarray) -> onnx.ModelProto:
    """The text graph with other class centres, float32 [2, dim]; dim may be another one."""
    model = onnx.load(str(file))
    [old] = [t for t in model.graph.initializer if t.name == "centres"]
    old.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(centres, np.float32), "centres"))
    for output in model.graph.output:
        if output.name == "embedding":
            output.type.tensor_type.shape.dim[1].dim_value = centres.shape[1]
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    return model


def class_centres(root: Path, pack: Path) -> np.ndarray:
    """float32 [2, dim], unit rows: mean embedding of every twelfth normal and pneumonia image (421 fix them well)."""
    from .. import data as datasets

    d = datasets.load(root)
    d, run = d.take(np.arange(0, len(d), 12)), session(pack / "image.onnx", 2)
    z = np.concatenate([run.run(["embedding"], {"image": d.pixels[s : s + 64, None].astype(np.float32) / 255})[0] for s in range(0, len(d), 64)])
    centres = np.stack([z[d.label == c].mean(0) for c in (0, 1)])
    return centres / np.linalg.norm(centres, axis=1, keepdims=True)


def bind(root: Path, pack: Path, threshold: float, run: Path = RUN) -> None:
    """Puts text.onnx and tokenizer.json, bound to the pack's image.onnx, into the pack and its manifest.

    Uses the run's fitted encoder, or, where there is none, the one the pack has.
    """
    if (run / "text.onnx").exists():
        source, tokenizer = run / "text.onnx", run / "tokenizer.json"
        shutil.copyfile(tokenizer, pack / "tokenizer.json")
    else:
        source = pack / "text.onnx"
    centres = class_centres(root, pack)
    part = pack.parent / ".text.onnx.part"
    onnx.save(with_centres(source, centres), str(part))
    ids = np.array([[2, 5, 3]], np.int64)
    z, _ = session(part).run(OUTPUTS, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
    if z.shape != (1, centres.shape[1]) or abs(float(np.linalg.norm(z)) - 1) > TOLERANCE:
        part.unlink()
        raise SystemExit("refused: the bound text encoder gives no unit vectors of the image encoder's length")
    part.replace(pack / "text.onnx")
    manifest_update(pack, {"file": "text.onnx", "tokenizer": "tokenizer.json", "maxTokens": MAX_TOKENS,
                           "inputs": {"ids": "input_ids", "mask": "attention_mask"},
                           "outputs": {"embedding": "embedding", "answerable": "answerable"}, "abstainBelow": threshold})
    print(f"bound to {pack / 'image.onnx'}: cosine of the two centres {float(centres[0] @ centres[1]):.3f}")
