"""Trains one member network; resumable, seeded, on two CPU cores.

`python -m training.train --name a --split none` trains on everything; `--split series-a` leaves that group out
and prints its figures, with the training images as the gallery.
"""
from __future__ import annotations

import argparse
import json
import math
import time
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from . import data as datasets
from .augment import Strength, augment
from .evaluate import degraded, embed, line, precision
from .losses import CosineHead, soft_cross_entropy, supervised_contrast
from .model import Encoder, Member, Shape
from .phantoms import rendered
from .splits import held_out, style_margin

RUNS = Path(__file__).parent / "runs"


@dataclass
class Recipe:
    """Everything that decides a run. `steps` batches of `batch` images seen as two views each."""

    name: str = "quick"
    split: str = "none"
    seed: int = 0
    steps: int = 1000
    batch: int = 48
    rate: float = 3e-3
    decay: float = 0.05
    side: int = 64
    width: int = 32
    dim: int = 128
    norm: str = "central"
    amount: float = 1.0
    spectrum: float = 0.3
    counter: float = 0.0  # see augment.Strength
    contrast: float = 0.5  # weight of the supervised contrast
    aux: float = 0.3  # weight of the bacterial/viral help
    margin: float = 0.0  # cosine margin of NORMAL
    smooth: float = 0.05
    reweigh: float = 0.0  # how much images whose style contradicts their label are drawn more often
    mixup: float = 0.0  # share of steps with mixed images
    phantoms: float = 0.0  # share of a batch that is drawn phantoms
    small: float = 0.0  # share of the views drawn from the image's own 28x28 copy
    normal: float = 0.5  # share of NORMAL among the radiographs drawn
    threads: int = 1


def arguments() -> Recipe:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data")
    for f in fields(Recipe):
        parser.add_argument(f"--{f.name}", type=type(f.default), default=f.default)
    given = vars(parser.parse_args())
    return given.pop("data"), Recipe(**given)


def draw_weights(d: datasets.Radiographs, reweigh: float, normal: float) -> np.ndarray:
    """float64 [N] chances: `normal` of them NORMAL, bacterial and viral alike, one patient's images shared out."""
    per_patient = np.bincount(d.patient)[d.patient] ** -0.5
    w = per_patient.astype(np.float64)
    if reweigh > 0:
        w *= (1 + np.exp(-style_margin(d).clip(-4, 4))) ** reweigh
    for sub, share in ((0, normal), (1, (1 - normal) / 2), (2, (1 - normal) / 2)):
        rows = d.sub == sub
        if rows.any():
            w[rows] *= share / w[rows].sum()
    return w / w.sum()


class Average:
    """Exponential moving average of weights and buffers."""

    def __init__(self, model: torch.nn.Module, keep: float) -> None:
        self.keep, self.values = keep, {k: v.clone() for k, v in model.state_dict().items()}

    def update(self, model: torch.nn.Module, step: int) -> None:
        keep = min(self.keep, (1 + step) / (10 + step))
        for k, v in model.state_dict().items():
            if v.dtype.is_floating_point:
                self.values[k].mul_(keep).add_(v, alpha=1 - keep)
            else:
                self.values[k].copy_(v)


def train(d: datasets.Radiographs, r: Recipe) -> Member:
    """Trains on all of d and returns the averaged member; continues from runs/<name>/state.pt."""
    torch.manual_seed(r.seed)
    torch.set_num_threads(r.threads)
    folder = RUNS / r.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "recipe.json").write_text(json.dumps(r.__dict__, indent=1))
    member = Member(Shape(side=r.side, width=r.width, dim=r.dim, norm=r.norm)).to(memory_format=torch.channels_last)
    head, helper = CosineHead(r.dim, 2, margin=(r.margin, 0.0)), CosineHead(r.dim, 3)
    modules = torch.nn.ModuleList([member, head, helper])
    heavy = [p for p in modules.parameters() if p.ndim > 1]
    light = [p for p in modules.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW([{"params": heavy, "weight_decay": r.decay}, {"params": light, "weight_decay": 0}], lr=r.rate)
    average, start = Average(modules, 0.998), 0
    state = folder / "state.pt"
    if state.exists():
        saved = torch.load(state, weights_only=False)
        modules.load_state_dict(saved["modules"])
        optimiser.load_state_dict(saved["optimiser"])
        average.values, start = saved["average"], saved["step"]
        print(f"continuing at step {start}", flush=True)
    chance = draw_weights(d, r.reweigh, r.normal)
    pixels, label, sub = torch.from_numpy(d.pixels), torch.from_numpy(d.label), torch.from_numpy(d.sub)
    if r.phantoms > 0:
        drawn, opaque = rendered("drawn-train.bin", 600, 5_000_000)
        pixels = torch.cat([pixels, torch.from_numpy(drawn)])
        label = torch.cat([label, torch.from_numpy(opaque)])
        sub = torch.cat([sub, torch.full((len(drawn),), -100)])  # neither bacterial nor viral: ignored
        d_aspect = np.full(len(drawn), 1.1, np.float32)
        chance = np.concatenate([chance * (1 - r.phantoms), np.full(len(drawn), r.phantoms / len(drawn))])
    else:
        d_aspect = np.zeros(0, np.float32)
    aspect = torch.from_numpy(np.concatenate([d.aspect, d_aspect]))
    copies = F.interpolate(torch.from_numpy(d.small)[:, None].float(), pixels.shape[1:], mode="bilinear").byte()[:, 0] if r.small else None
    strength = Strength(amount=r.amount, spectrum=r.spectrum, counter=r.counter)
    began, losses = time.time(), []
    for step in range(start, r.steps):
        random = np.random.default_rng([r.seed, step])
        g = torch.Generator().manual_seed(r.seed * 1_000_003 + step)
        rate = r.rate * min(1, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * step / r.steps))
        for group in optimiser.param_groups:
            group["lr"] = max(rate, 1e-5)
        pick = torch.from_numpy(random.choice(len(chance), r.batch, replace=False, p=chance))
        views = []
        for _ in range(2):
            source, tall = pixels[pick], aspect[pick]
            if copies is not None:
                coarse = torch.from_numpy(random.random(r.batch) < r.small) & (pick < len(copies))
                source[coarse], tall[coarse] = copies[pick[coarse]], 1.0
            views.append(augment(source, tall, label[pick], r.side, g, strength))
        x = torch.cat(views)
        y = label[pick].repeat(2)
        target = F.one_hot(y, 2).float() * (1 - r.smooth) + r.smooth / 2
        mixed = random.random() < r.mixup
        if mixed:
            other = torch.from_numpy(random.permutation(len(x)))
            part = torch.from_numpy(random.beta(0.5, 0.5, len(x)).astype(np.float32))
            x = x * part.view(-1, 1, 1, 1) + x[other] * (1 - part.view(-1, 1, 1, 1))
            target = target * part[:, None] + target[other] * (1 - part[:, None])
        modules.train()
        with torch.autocast("cpu", torch.bfloat16):
            patches = member(x.contiguous(memory_format=torch.channels_last))
        z = F.normalize(patches.float().mean((2, 3)), dim=1)
        loss = soft_cross_entropy(head(z, target), target)
        if not mixed:
            loss = loss + r.contrast * supervised_contrast(z, y)
            loss = loss + r.aux * F.cross_entropy(helper(z), sub[pick].repeat(2), label_smoothing=0.1)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(modules.parameters(), 5.0)
        optimiser.step()
        average.update(modules, step)
        losses.append(loss.item())
        if (step + 1) % 100 == 0:
            print(f"step {step + 1}/{r.steps} loss {np.mean(losses[-100:]):.3f} {(time.time() - began) / (step + 1 - start):.3f} s/step", flush=True)
        if (step + 1) % 250 == 0 or step + 1 == r.steps:
            torch.save({"modules": modules.state_dict(), "optimiser": optimiser.state_dict(), "average": average.values,
                        "step": step + 1}, state.with_suffix(".new"))
            state.with_suffix(".new").replace(state)
    modules.load_state_dict(average.values)
    member.eval()
    torch.save({"member": member.state_dict(), "shape": member.shape.json()}, folder / "member.pt")
    return member


def load_member(name: str) -> Member:
    """A finished run's averaged network."""
    saved = torch.load(RUNS / name / "member.pt", weights_only=False)
    member = Member(Shape(**saved["shape"]))
    member.load_state_dict(saved["member"])
    return member.eval()


def report(encoder: torch.nn.Module, d: datasets.Radiographs, out: np.ndarray, views: tuple[str, ...]) -> dict:
    """Figures of the left-out images against the training images, at the gallery's own size (28 or 224)."""
    inside, outside = d.take(np.flatnonzero(~out)), d.take(np.flatnonzero(out))
    galleries = {"28": embed(encoder, inside.small), "224": embed(encoder, inside.pixels)}
    figures = {}
    for view in views:
        gallery = galleries["28" if view == "28" else "224"]
        figures[view] = precision(embed(encoder, degraded(outside, view)), outside.label, gallery, inside.label)
        print(line(view, figures[view]), flush=True)
    return figures


def main() -> None:
    root, r = arguments()
    d = datasets.load(datasets.data_dir(root))
    out = np.zeros(len(d), bool) if r.split == "none" else held_out(d, r.split)
    print(f"{r}\n{(~out).sum()} training images, {out.sum()} left out "
          f"(normal {(d.label[out] == 0).sum()}, pneumonia {(d.label[out] == 1).sum()})", flush=True)
    member = train(d.take(np.flatnonzero(~out)), r)
    if out.any():
        figures = report(Encoder([member]), d, out, ("28", "224", "crop224", "gamma-", "gamma+", "crop"))
        (RUNS / r.name / "figures.json").write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
