"""The shipped members and how they are joined."""
from __future__ import annotations

import numpy as np
import torch

from .data import Radiographs
from .model import Encoder
from .train import Recipe, load_member

ABSTAIN_BELOW = 0.5
LEAN = 0.0  # how far the boundary is moved towards PNEUMONIA: more of the doubtful images count as NORMAL

MEMBERS = (Recipe(name="a", steps=650, width=32, dim=128),)


def recipes(quick: bool = False) -> list[Recipe]:
    """The members' recipes; a few steps each when quick."""
    if not quick:
        return list(MEMBERS)
    return [Recipe(**{**r.__dict__, "name": f"quick-{r.name}", "steps": 20}) for r in MEMBERS]


@torch.no_grad()
def class_axis(encoder: Encoder, d: Radiographs) -> torch.Tensor:
    """float32 [D] from the pneumonia images' centre to the normal ones', of the unleaned embeddings; unit length."""
    from .evaluate import embed
    z = embed(encoder, d.pixels[::4])
    label = d.label[::4]
    axis = z[label == 0].mean(0) - z[label == 1].mean(0)
    return torch.from_numpy((axis / np.linalg.norm(axis)).astype(np.float32))


def encoder(d: Radiographs, names: list[str], lean: float = LEAN) -> Encoder:
    """Finished members joined, leaned towards NORMAL by `lean` (embeddings have length one before)."""
    joined = Encoder([load_member(n) for n in names]).eval()
    if lean:
        joined.lean.copy_(class_axis(joined, d) * lean)
    return joined
