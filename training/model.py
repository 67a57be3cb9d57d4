"""The image encoder: resize and normalisation inside, patches out, their mean is the embedding."""
from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Shape:
    """One member network. `side` pixels in, `side / 8` patches a side out, `dim` numbers a patch."""

    side: int = 64
    width: int = 32
    dim: int = 128
    depth: tuple[int, int, int] = (1, 2, 2)
    norm: str = "central"  # central | equal | local

    def json(self) -> dict:
        return asdict(self)


def resize_matrix(length: Tensor, side: int) -> Tensor:
    """float32 [side, length] weights of an antialiased triangle filter (as PyTorch's and Pillow's bilinear).

    `length` is a zero-dimensional integer tensor, so that an exported graph takes any size.
    """
    n = length.to(torch.float32)
    scale = n / side
    centre = (torch.arange(side, dtype=torch.float32) + 0.5) * scale
    position = torch.arange(length, dtype=torch.float32) + 0.5
    support = torch.clamp(scale, min=1.0)
    weight = torch.clamp(1 - torch.abs(position[None, :] - centre[:, None]) / support, min=0.0)
    return weight / weight.sum(1, keepdim=True)


def squash(image: Tensor, side: int) -> Tensor:
    """[N,1,H,W] -> [N,1,side,side] by two matrix products; any aspect becomes a square."""
    shape = torch._shape_as_tensor(image)
    rows, columns = resize_matrix(shape[2], side), resize_matrix(shape[3], side)
    return torch.matmul(torch.matmul(rows, image), columns.transpose(0, 1))


class Normalise(nn.Module):
    """Takes exposure out of an image [N,1,S,S] in 0..1, each image on its own.

    central: zero mean and unit spread in a soft window over the chest. equal: grey levels replaced by their
    rank (17 quantiles of the same window, linear between), which no monotone tone curve can change.
    local: `central` and, as a second channel, the difference from the surroundings over their spread.
    """

    def __init__(self, side: int, kind: str) -> None:
        super().__init__()
        self.kind = kind
        t = (torch.arange(side) + 0.5) / side * 2 - 1
        w = torch.sigmoid((0.85 - t.abs()) * 20)
        window = w[:, None] * w[None, :]
        self.register_buffer("window", window / window.sum())
        self.inner = slice(side // 8, side - side // 8)
        sigma = side / 10
        r = int(2 * sigma)
        k = torch.exp(-torch.arange(-r, r + 1) ** 2 / (2 * sigma**2))
        self.register_buffer("kernel", k / k.sum())

    channels = property(lambda self: 2 if self.kind == "local" else 1)

    def blur(self, x: Tensor) -> Tensor:
        r = len(self.kernel) // 2
        x = F.pad(x, (r, r, r, r), mode="replicate")
        return F.conv2d(F.conv2d(x, self.kernel.view(1, 1, 1, -1)), self.kernel.view(1, 1, -1, 1))

    def forward(self, x: Tensor) -> Tensor:
        if self.kind == "equal":
            inner = x[:, 0, self.inner, self.inner].flatten(1)
            count = inner.shape[1]
            ranked = torch.topk(inner, count, dim=1, largest=False).values
            at = torch.linspace(0, count - 1, 17).round().long()
            q = ranked[:, at][:, :, None, None]
            steps = torch.clamp(q[:, 1:] - q[:, :-1], min=2e-3)
            y = torch.clamp((x - q[:, :-1]) / steps, 0, 1).sum(1, keepdim=True) / 16
            return (y - 0.5) * 3.4
        mean = (x * self.window).sum((2, 3), keepdim=True)
        spread = ((x - mean) ** 2 * self.window).sum((2, 3), keepdim=True).sqrt()
        y = torch.clamp((x - mean) / (spread + 0.02), -3.5, 3.5)
        if self.kind == "central":
            return y
        detail = x - self.blur(x)
        return torch.cat([y, torch.clamp(detail / (self.blur(detail**2).sqrt() + 0.01), -3.5, 3.5)], 1)


class Block(nn.Module):
    """Two 3x3 convolutions and a shortcut."""

    def __init__(self, inside: int, outside: int, stride: int) -> None:
        super().__init__()
        self.a = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.na = nn.BatchNorm2d(outside)
        self.b = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.nb = nn.BatchNorm2d(outside)
        nn.init.zeros_(self.nb.weight)
        self.short = None
        if stride > 1 or inside != outside:
            self.short = nn.Sequential(nn.AvgPool2d(stride) if stride > 1 else nn.Identity(),
                                       nn.Conv2d(inside, outside, 1, bias=False), nn.BatchNorm2d(outside))

    def forward(self, x: Tensor) -> Tensor:
        y = self.nb(self.b(F.relu(self.na(self.a(x)))))
        return F.relu((x if self.short is None else self.short(x)) + y)


class Member(nn.Module):
    """One residual network: seen image [N,1,S,S] -> patches [N,dim,S/8,S/8]."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.normalise = Normalise(shape.side, shape.norm)
        w = shape.width
        layers: list[nn.Module] = [nn.Conv2d(self.normalise.channels, w, 5, 2, 2, bias=False), nn.BatchNorm2d(w), nn.ReLU()]
        inside = w
        for stage, blocks in enumerate(shape.depth):
            for i in range(blocks):
                outside = w * 2**stage
                layers.append(Block(inside, outside, 2 if stage > 0 and i == 0 else 1))
                inside = outside
        self.body = nn.Sequential(*layers)
        self.head = nn.Sequential(nn.Conv2d(inside, inside, 1, bias=False), nn.BatchNorm2d(inside), nn.ReLU(),
                                  nn.Conv2d(inside, shape.dim, 1))

    def forward(self, seen: Tensor) -> Tensor:
        return self.head(self.body(self.normalise(seen)))


CLOSER = 0.88


def scaling(side: int, scale: float) -> Tensor:
    """float32 [side, side]: linear samples of a line at `scale` about its middle; beyond the ends, the end's value."""
    at = ((((torch.arange(side) + 0.5) / side - 0.5) * scale + 0.5) * side - 0.5).clamp(0, side - 1)
    low = at.floor().long().clamp(max=side - 2)
    matrix = torch.zeros(side, side)
    rows = torch.arange(side)
    matrix[rows, low] = 1 - (at - low)
    matrix[rows, low + 1] += at - low
    return matrix


def seen_twice(member: nn.Module, seen: Tensor) -> Tensor:
    """Patches averaged with those of the mirrored image seen a little closer, mirrored and laid back on their places.

    Members read a close crop as disease; the closer look takes a third of that away and costs no more than a plain mirror.
    """
    near, back = scaling(seen.shape[3], CLOSER), scaling(seen.shape[3] // 8, 1 / CLOSER)
    closer = torch.matmul(torch.matmul(near, seen), near.transpose(0, 1)).flip(3)
    return (member(seen) + torch.matmul(torch.matmul(back, member(closer).flip(3)), back.transpose(0, 1))) / 2


class Encoder(nn.Module):
    """Members side by side: image [N,1,H,W] in 0..1 -> (patches [N,P,D], embedding [N,D], seen [N,1,S,S]).

    Each member's patches are divided by the length of their mean (one number an image), so the cosine of two
    embeddings is the mean of the members' cosines; `lean` then shifts the boundary between the classes by one
    constant vector a patch. The embedding is the normalised mean of the patches, exactly.
    """

    def __init__(self, members: list[Member], twice: bool = True, lean: Tensor | None = None) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.twice = twice
        self.dim = sum(m.shape.dim for m in members)
        self.side = max(m.shape.side for m in members)
        self.grid = max(m.shape.side // 8 for m in members)
        self.register_buffer("lean", torch.zeros(self.dim) if lean is None else lean.float())

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        seen = torch.clamp(squash(image, self.side), 0, 1)
        parts = []
        for m in self.members:
            x = seen if m.shape.side == self.side else torch.clamp(squash(image, m.shape.side), 0, 1)
            y = seen_twice(m, x) if self.twice else m(x)
            if m.shape.side // 8 != self.grid:
                y = F.interpolate(y, scale_factor=float(self.grid * 8 / m.shape.side), mode="nearest")
            y = y.flatten(2).transpose(1, 2)
            length = torch.sqrt((y.mean(1, keepdim=True) ** 2).sum(2, keepdim=True) + 1e-12)
            parts.append(y / (length * len(self.members) ** 0.5))
        patches = torch.cat(parts, 2) + self.lean
        mean = patches.mean(1)
        embedding = mean / torch.sqrt((mean**2).sum(1, keepdim=True) + 1e-12)
        return patches, embedding, seen
