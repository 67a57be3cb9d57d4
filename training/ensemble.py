"""The shipped members and how they are joined."""
from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from .data import Radiographs
from .model import Encoder, Member
from .train import Recipe, load_member

ABSTAIN_BELOW = 0.5
LEAN = 0.0  # how far the boundary is moved towards PNEUMONIA: more of the doubtful images count as NORMAL

_SHARED = dict(batch=32, side=64, width=32, reweigh=0.8, amount=1.3, spectrum=0.5, mixup=0.2, small=0.25)
_LATER = dict(dim=64, normal=0.58, phantoms=0.1)
# Each member leaves out other patients, so each has figures on radiographs it never saw.
MEMBERS = (
    Recipe(name="early", split="early", seed=0, steps=2000, **_SHARED),
    Recipe(name="cv1", split="cv1", seed=21, steps=2400, norm="equal", **_SHARED, **_LATER),
    Recipe(name="cv2", split="cv2", seed=22, steps=2600, norm="central", **_SHARED, **_LATER),
    Recipe(name="cv3", split="cv3", seed=25, steps=2000, norm="equal", **_SHARED, **_LATER),
    Recipe(name="cv4", split="cv4", seed=26, steps=2000, norm="central", **_SHARED, **_LATER),
)


def recipes(quick: bool = False) -> list[Recipe]:
    """The members' recipes; a few steps each when quick."""
    if not quick:
        return list(MEMBERS)
    return [Recipe(**{**r.__dict__, "name": f"quick-{r.name}", "steps": 20}) for r in MEMBERS]


DIMENSION = 128


@torch.no_grad()
def narrowed(member: Member, d: Radiographs, dim: int) -> Member:
    """The member with its last, linear layer turned to the `dim` principal directions of its embeddings (uncentred)."""
    if member.shape.dim == dim:
        return member
    from .evaluate import embed
    z = embed(Encoder([member], twice=False), d.pixels[::10])
    basis = torch.from_numpy(np.linalg.svd(z, full_matrices=False)[2][:dim].copy())  # [dim, member dim]
    last = member.head[-1]
    turned = torch.nn.Conv2d(last.in_channels, dim, 1)
    turned.weight.copy_((basis @ last.weight.flatten(1))[:, :, None, None])
    turned.bias.copy_(basis @ last.bias)
    member.head[-1], member.shape = turned, replace(member.shape, dim=dim)
    return member


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
    members = [load_member(n) for n in names]
    if len(members) > 1:
        share = DIMENSION // len(members)
        dims = [DIMENSION - share * (len(members) - 1)] + [share] * (len(members) - 1)
        members = [narrowed(m, d, w) for m, w in zip(members, dims)]
    joined = Encoder(members).eval()
    if lean:
        joined.lean.copy_(class_axis(joined, d) * lean)
    return joined
