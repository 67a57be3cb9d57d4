"""Retrieval figures: precision at k, per class, with bootstrap intervals, and copies made worse."""
from __future__ import annotations

import io

import numpy as np
import torch
from PIL import Image
from sklearn.metrics import roc_auc_score

from .data import Radiographs, centre_cropped


@torch.no_grad()
def embed(encoder: torch.nn.Module, images: np.ndarray, batch: int = 128) -> np.ndarray:
    """uint8 [N,H,W] -> float32 [N,D] unit rows."""
    encoder.eval()
    out = []
    for s in range(0, len(images), batch):
        x = torch.from_numpy(images[s : s + batch]).float()[:, None] / 255
        out.append(encoder(x)[1])
    return torch.cat(out).numpy()


def neighbours(queries: np.ndarray, gallery: np.ndarray, k: int) -> np.ndarray:
    """int64 [Q,k] gallery rows by falling cosine."""
    score = queries @ gallery.T
    part = np.argpartition(-score, k, axis=1)[:, :k]
    order = np.take_along_axis(score, part, 1).argsort(1)[:, ::-1]
    return np.take_along_axis(part, order, 1)


def precision(queries: np.ndarray, query_label: np.ndarray, gallery: np.ndarray, gallery_label: np.ndarray,
              ks: tuple[int, ...] = (1, 3, 5, 10)) -> dict:
    """Precision at each k: all queries, each class, their mean; `auc` of the mean score to the classes' centres."""
    hit = gallery_label[neighbours(queries, gallery, max(ks))] == query_label[:, None]
    out: dict = {}
    for k in ks:
        share = hit[:, :k].mean(1)
        out[f"P@{k}"] = float(share.mean())
        per = [float(share[query_label == c].mean()) for c in (0, 1)]
        out[f"P@{k} class"] = per
        out[f"P@{k} mean"] = float(np.mean(per))
    centre = gallery[gallery_label == 1].mean(0) - gallery[gallery_label == 0].mean(0)
    out["auc"] = float(roc_auc_score(query_label, queries @ centre))
    return out


def interval(hit: np.ndarray, group: np.ndarray, seed: int = 0, draws: int = 1000) -> tuple[float, float]:
    """95 % bootstrap interval of a mean over queries, drawn by patient."""
    random = np.random.default_rng(seed)
    ids, inverse = np.unique(group, return_inverse=True)
    total, count = np.bincount(inverse, hit), np.bincount(inverse)
    pick = random.integers(0, len(ids), (draws, len(ids)))
    means = total[pick].sum(1) / count[pick].sum(1)
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def degraded(data: Radiographs, name: str, seed: int = 0) -> np.ndarray:
    """uint8 [N,H,W] copies of the radiographs: 28, 224, crop224, lowres, gamma-, gamma+, crop, aspect, noise, jpeg, blur."""
    if name == "28":
        return data.small
    if name == "224":
        return data.pixels
    if name == "crop224":
        return np.stack([centre_cropped(p, a, 224) for p, a in zip(data.pixels, data.aspect)])
    random = np.random.default_rng(seed)
    out = []
    for p in data.pixels:
        image = Image.fromarray(p)
        if name == "lowres":
            image = image.resize((28, 28), Image.Resampling.BICUBIC).resize((224, 224), Image.Resampling.BICUBIC)
        elif name in ("gamma-", "gamma+"):
            table = (np.linspace(0, 1, 256) ** (0.6 if name == "gamma-" else 1.7) * 255).round()
            image = image.point(table.astype(np.uint8).tolist())
        elif name == "crop":
            x, y = random.uniform(0, 45, 2)
            image = image.resize((224, 224), Image.Resampling.BICUBIC, box=(x, y, x + 179, y + 179))
        elif name == "aspect":
            image = image.resize((224, 160), Image.Resampling.BICUBIC)
        elif name == "noise":
            image = Image.fromarray((p + random.normal(0, 16, p.shape)).clip(0, 255).astype(np.uint8))
        elif name == "jpeg":
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=15)
            image = Image.open(buffer)
        elif name == "blur":
            image = image.resize((56, 56), Image.Resampling.BOX).resize((224, 224), Image.Resampling.BICUBIC)
        else:
            raise ValueError(f"no such copy: {name}")
        out.append(np.asarray(image))
    return np.stack(out)


COPIES = ("28", "224", "crop224", "lowres", "gamma-", "gamma+", "crop", "aspect", "noise", "jpeg", "blur")


def line(name: str, r: dict) -> str:
    """One row for a log: P@1 with classes, P@10, area under the curve."""
    n, p = r["P@1 class"]
    return (f"{name:9s} P@1 {r['P@1']:.3f} (normal {n:.3f} pneumonia {p:.3f}, mean {r['P@1 mean']:.3f}) "
            f"P@10 {r['P@10']:.3f} (mean {r['P@10 mean']:.3f}) auc {r['auc']:.4f}")
