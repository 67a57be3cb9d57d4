"""Prints the tables of docs/results.md for members that left a group out.

`python -m training.tables --members cv0-a,cv0-b --split cv0 [--lean L]`: the left-out images are queries, the training
images the gallery. `--pack` measures the shipped pack instead, on drawn phantoms and full-size originals.
"""
from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from . import data as datasets
from .ensemble import encoder as joined
from .evaluate import COPIES, degraded, embed, interval, neighbours, precision
from .export import PACK, milliseconds, session
from .model import Encoder, Member, Shape
from .phantoms import draw, rendered
from .splits import held_out

HEAD = "| gallery, queries | P@1 (95 %) | P@3 | P@5 | P@10 | P@1 normal | P@1 pneumonia | AUC |\n|---|---|---|---|---|---|---|---|"


def row(name: str, q: np.ndarray, ql: np.ndarray, g: np.ndarray, gl: np.ndarray, group: np.ndarray) -> str:
    """One Markdown row."""
    r = precision(q, ql, g, gl)
    low, high = interval((gl[neighbours(q, g, 10)[:, 0]] == ql).astype(float), group)
    n, p = r["P@1 class"]
    return (f"| {name} | {r['P@1']:.3f} ({low:.3f} to {high:.3f}) | {r['P@3']:.3f} | {r['P@5']:.3f} | {r['P@10']:.3f} | "
            f"{n:.3f} | {p:.3f} | {r['auc']:.3f} |")


def raw(images: np.ndarray) -> np.ndarray:
    """float32 [N,784] the pixels themselves as 28x28, unit rows."""
    small = np.stack([np.asarray(Image.fromarray(i).resize((28, 28), Image.Resampling.BILINEAR)) for i in images])
    flat = small.reshape(len(small), -1).astype(np.float32)
    return flat / np.linalg.norm(flat, axis=1, keepdims=True)


def left_out(encoder: Encoder, d: datasets.Radiographs, split: str, baselines: bool, copies: tuple[str, ...]) -> None:
    """Table of one left-out group: the members, then an untrained network of the same shape and raw pixels."""
    out = held_out(d, split)
    inside, outside = d.take(np.flatnonzero(~out)), d.take(np.flatnonzero(out))
    torch.manual_seed(0)
    nothing = Encoder([Member(m.shape) for m in encoder.members]).eval()
    ways = {"trained": lambda x: embed(encoder, x)}
    if baselines:
        ways |= {"untrained": lambda x: embed(nothing, x), "raw pixels": raw}
    print(f"\n{split}: {len(inside)} in the gallery, {len(outside)} queries (normal {(outside.label == 0).sum()}, "
          f"pneumonia {(outside.label == 1).sum()})\n\n{HEAD}")
    for name, way in ways.items():
        gallery = {"28": way(inside.small), "224": way(inside.pixels)}
        for copy in copies if name == "trained" else ("28", "224"):
            g = gallery["28" if copy == "28" else "224"]
            print(row(f"{name}, {copy}", way(degraded(outside, copy)), outside.label, g, inside.label, outside.patient), flush=True)


def originals(root: Path) -> tuple[list[np.ndarray], np.ndarray, np.ndarray, np.ndarray]:
    """The full-size radiographs: float32 [1,1,H,W] in 0..1 each, their labels, series and numbers (int64 [N])."""
    folder = root / "kermany_fullres"
    with (folder / "labels.csv").open() as f:
        rows = list(csv.DictReader(f))
    images = [np.asarray(Image.open(folder / r["file"]).convert("L"), np.float32)[None, None] / 255 for r in rows]
    facts = np.array([datasets.parse_name(r["file"]) for r in rows])
    return images, facts[:, 0], facts[:, 2], facts[:, 3]


@torch.no_grad()
def originals_left_out(encoder: Encoder, d: datasets.Radiographs, split: str, root: Path) -> None:
    """Full-size originals of left-out patients as queries, the training images at 224x224 as the gallery."""
    out = held_out(d, split)
    inside = d.take(np.flatnonzero(~out))
    images, label, series, number = originals(root)
    unseen = set(zip(d.series[out], d.number[out]))
    rows = np.array([i for i in range(len(images)) if (series[i], number[i]) in unseen])
    z = np.concatenate([encoder(torch.from_numpy(images[i]))[1].numpy() for i in rows])
    found = inside.label[neighbours(z, embed(encoder, inside.pixels), 10)] == label[rows][:, None]
    print(f"{split}, {len(rows)} full-size originals of left-out patients: {found[:, 0].sum()} right at 1, P@10 {found.mean():.3f}")


def shipped(root: Path, pack: Path) -> None:
    """Figures of the pack's own ONNX file: phantoms among phantoms, full-size originals, time."""
    run = session(pack / "image.onnx", 2)

    def way(images: np.ndarray) -> np.ndarray:
        return np.concatenate([run.run(["embedding"], {"image": images[s : s + 64, None].astype(np.float32) / 255})[0]
                               for s in range(0, len(images), 64)])

    d = datasets.load(root)
    print(f"\nimage.onnx {datasets.sha256(pack / 'image.onnx')}\n\n{HEAD}")
    for name, (pixels, label) in {"the project's phantoms": rendered("drawn-check.bin", 200, 1_000_900_000),
                                  "phantoms of another drawing program": draw(300, 9)}.items():
        z, cut = way(pixels), len(pixels) * 2 // 3
        print(row(f"{name}, {cut} and {len(z) - cut}", z[cut:], label[cut:], z[:cut], label[:cut], np.arange(len(z) - cut)))
    images, truth, _, _ = originals(root)
    full = np.concatenate([run.run(["embedding"], {"image": image})[0] for image in images])
    gallery = way(d.pixels)
    print(row("224, full-size originals (seen in training, own copy in the gallery)", full, truth, gallery, d.label, np.arange(len(full))))
    score = full @ gallery.T
    own = score.argmax(1)
    score[np.arange(len(full)), own] = -1
    print(f"own copy left out: P@1 {(d.label[score.argmax(1)] == truth).mean():.3f}; "
          f"{milliseconds(pack / 'image.onnx'):.1f} ms at 224x224, {milliseconds(pack / 'image.onnx', 2000, 5):.1f} ms at 2000x2000, one core")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--members", default="")
    parser.add_argument("--split", default="cv0")
    parser.add_argument("--lean", type=float, default=0.0)
    parser.add_argument("--copies", default=",".join(COPIES))
    parser.add_argument("--baselines", action="store_true")
    parser.add_argument("--pack", type=Path, nargs="?", const=PACK)
    given = parser.parse_args()
    root = datasets.data_dir(given.data)
    if given.pack:
        shipped(root, given.pack)
        return
    d = datasets.load(root)
    known = d.take(np.flatnonzero(~held_out(d, given.split)))
    encoder = joined(known, given.members.split(","), given.lean)
    left_out(encoder, d, given.split, given.baselines, tuple(given.copies.split(",")))
    originals_left_out(encoder, d, given.split, root)


if __name__ == "__main__":
    main()
