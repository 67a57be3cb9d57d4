"""Ways to leave images out: by patient, and by group where training and test must differ."""
from __future__ import annotations

import hashlib

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

from .data import CACHE, Radiographs


def patient_folds(data: Radiographs, folds: int, seed: int) -> list[np.ndarray]:
    """bool [N] masks of the held-out images; a patient is never on both sides."""
    cut = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    masks = []
    for _, test in cut.split(np.zeros(len(data)), data.sub, data.patient):
        mask = np.zeros(len(data), bool)
        mask[test] = True
        masks.append(mask)
    return masks


def style(data: Radiographs) -> np.ndarray:
    """float64 [N,F]: what a picture is like apart from the lungs: sharpness, tone, borders, aspect."""
    x = data.pixels[:, ::2, ::2].astype(np.float32) / 255
    spectrum = np.abs(np.fft.rfft2(x))[:, :56, :56]
    radius = np.hypot(*np.mgrid[:56, :56])
    bands = [np.log(spectrum[:, (radius >= a) & (radius < b)].mean(1)) for a, b in ((1, 3), (3, 6), (6, 12), (12, 24), (24, 40), (40, 56))]
    tone = list(np.quantile(x.reshape(len(x), -1), [0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98], axis=1))
    edges = [x[:, :, :6], x[:, :, -6:], x[:, :6], x[:, -6:]]
    edges = [f(e, axis=(1, 2)) for e in edges for f in (np.mean, np.std)]
    return np.stack(bands + tone + edges + [data.aspect], 1)


def style_margin(data: Radiographs) -> np.ndarray:
    """float64 [N]: how much the style alone speaks for the true label (log odds, out of fold)."""
    stamp = hashlib.sha256(data.pixels[:: max(1, len(data) // 50)].tobytes()).hexdigest()[:12]
    kept = CACHE / f"style-{len(data)}-{stamp}.npy"
    if kept.exists():
        return np.load(kept)
    f = style(data)
    f = (f - f.mean(0)) / f.std(0)
    f = np.concatenate([f, f**2], 1)
    model = LogisticRegression(C=0.1, max_iter=500, class_weight="balanced")
    cut = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    odds = cross_val_predict(model, f, data.label, groups=data.patient, cv=cut, method="decision_function")
    margin = np.where(data.label == 1, odds, -odds)
    CACHE.mkdir(exist_ok=True)
    np.save(kept, margin)
    return margin


def held_out(data: Radiographs, name: str) -> np.ndarray:
    """bool [N] images left out of training and used as queries, both classes in each.

    series-a: IM- normals with viral; series-b: NORMAL2- normals with bacterial; style: the quarter of each
    class whose style looks most like the other class; sharp, dark: the sharpest or darkest quarter of each
    class; early: the lowest quarter of the file numbers in each series; cv0..cv4: a patient-grouped fifth.
    """
    if name.startswith("cv"):
        return patient_folds(data, 5, 0)[int(name[2:])]
    if name == "series-a":
        mask = (data.series == 0) | (data.sub == 2)
    elif name == "series-b":
        mask = (data.series == 1) | (data.sub == 1)
    else:
        if name == "style":
            score, by = style_margin(data), data.label
        elif name == "sharp":
            score, by = -np.abs(np.diff(data.pixels.astype(np.int16), axis=2)).mean((1, 2)), data.label
        elif name == "dark":
            score, by = data.pixels[:, 40:184, 40:184].mean((1, 2)), data.label
        elif name == "early":
            score, by = data.number.astype(float), data.series
        else:
            raise ValueError(f"no such split: {name}")
        mask = np.zeros(len(data), bool)
        for value in np.unique(by):
            rows = by == value
            mask[rows] = score[rows] <= np.quantile(score[rows], 0.25)
    return mask | np.isin(data.patient, np.unique(data.patient[mask]))
