"""Losses on embeddings [N,D] of unit length."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def supervised_contrast(z: Tensor, label: Tensor, temperature: float = 0.15) -> Tensor:
    """SupCon (Khosla et al. 2020, arXiv 2004.11362), the sum outside the logarithm; z [N,D] unit rows."""
    logits = z @ z.T / temperature
    self_pair = torch.eye(len(z), dtype=torch.bool)
    logits = logits.masked_fill(self_pair, -1e4)
    log_probability = logits - torch.logsumexp(logits, 1, keepdim=True)
    same = (label[:, None] == label[None, :]) & ~self_pair
    return -(log_probability * same).sum(1).div(same.sum(1).clamp(min=1)).mean()


class CosineHead(nn.Module):
    """Class directions; logits are scaled cosines, with a margin a class (LDAM-like: it pushes the boundary away)."""

    def __init__(self, dim: int, classes: int, scale: float = 12.0, margin: tuple[float, ...] | None = None) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(classes, dim) * 0.1)
        self.scale = scale
        self.register_buffer("margin", torch.tensor(margin or [0.0] * classes))

    def forward(self, z: Tensor, target: Tensor | None = None) -> Tensor:
        """z [N,D] unit rows, target [N,C] soft labels -> logits [N,C]."""
        cosine = z @ F.normalize(self.weight, dim=1).T
        if target is not None:
            cosine = cosine - target * self.margin
        return cosine * self.scale


def soft_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy with soft targets [N,C]."""
    return -(target * F.log_softmax(logits, 1)).sum(1).mean()
