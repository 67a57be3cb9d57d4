"""Batch augmentation with torch operations: what may change between hospitals must not matter.

Everything that differs by class in this data set without being disease (aspect, sharpness, borders and
collimation, exposure, markers, tubes) is drawn at random, independently of the label.
"""
from __future__ import annotations

import io
import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image


@dataclass(frozen=True)
class Strength:
    """Ranges of the random changes; 1.0 of `amount` is the shipped recipe."""

    amount: float = 1.0
    spectrum: float = 0.3  # share of images that get another image's amplitude spectrum
    lines: float = 0.3  # share with drawn tubes or wires
    occlude: float = 0.5  # share with a covered border or rectangle
    jpeg: float = 0.1
    counter: float = 0.0  # how far crop, exposure and sharpness lean against what they tell about the label
    low: float = 0.5  # share of images sent through a lower resolution


def uniform(n: int, low: float, high: float, g: torch.Generator) -> torch.Tensor:
    """float32 [n] uniform in [low, high]."""
    return torch.rand(n, generator=g) * (high - low) + low


def geometry(x: torch.Tensor, aspect: torch.Tensor, side: int, g: torch.Generator, amount: float, against: torch.Tensor) -> torch.Tensor:
    """[N,1,H,W] squashed squares -> [N,1,side,side]: random crop, aspect, rotation, shear and flip.

    The window's height is .66 to 1.06 of the image, its width anything from the centre-cropped square of
    the original to the whole squashed image and a little beyond.
    """
    n = len(x)
    low = (1 / aspect).clamp(0.5, 1.0)
    width = low + (1.06 - low) * torch.rand(n, generator=g)
    height = 1.06 - 0.40 * amount * torch.rand(n, generator=g) ** torch.exp(-0.6 * against)
    width = width * (1 - 0.3 * amount * torch.rand(n, generator=g) * (1.1 - height).clamp(min=0) / 0.4)
    cx = uniform(n, -1, 1, g) * (0.04 + 0.5 * (1 - width).clamp(min=0))
    cy = uniform(n, -1, 1, g) * (0.04 + 0.8 * (1 - height).clamp(min=0))
    angle = torch.randn(n, generator=g) * math.radians(6) * amount
    shear = torch.randn(n, generator=g) * 0.06 * amount
    flip = torch.where(torch.rand(n, generator=g) < 0.5, -1.0, 1.0)
    cos, sin = torch.cos(angle), torch.sin(angle)
    theta = torch.stack([
        torch.stack([width * cos * flip, width * (shear - sin), cx], 1),
        torch.stack([height * sin * flip, height * cos, cy], 1),
    ], 1)
    grid = F.affine_grid(theta, [n, 1, side, side], align_corners=False)
    mode = "border" if torch.rand(1, generator=g) < 0.4 else "zeros"
    return F.grid_sample(x, grid, mode="bilinear", padding_mode=mode, align_corners=False)


def resize(x: torch.Tensor, side: int) -> torch.Tensor:
    """Antialiased bilinear, as inside the exported graph."""
    return x if x.shape[-1] == side else F.interpolate(x, (side, side), mode="bilinear", antialias=True)


def lower_resolution(x: torch.Tensor, share: float, g: torch.Generator) -> torch.Tensor:
    """Sends a share of the batch to 24..100 pixels and back, in groups of one size each."""
    n, side = len(x), x.shape[-1]
    order = torch.randperm(n, generator=g)[: int(share * n)]
    for group in order.split(max(1, len(order) // 3)):
        small = 28 if torch.rand(1, generator=g) < 0.35 else int(torch.randint(24, min(101, side), (1,), generator=g))
        mode = "bicubic" if torch.rand(1, generator=g) < 0.5 else "bilinear"
        down = F.interpolate(x[group], (small, small), mode=mode, antialias=True)
        x[group] = resize((down.clamp(0, 1) * 255).round() / 255, side)
    return x


def sharpness(x: torch.Tensor, g: torch.Generator, amount: float, against: torch.Tensor) -> torch.Tensor:
    """Blur or unsharp mask of random width: x + a (x - blurred x)."""
    n, side = len(x), x.shape[-1]
    sigma = float(uniform(1, 0.5, 2.2, g)) * side / 64
    radius = max(1, int(2 * sigma + 0.5))
    t = torch.arange(-radius, radius + 1, dtype=torch.float32)
    k = torch.exp(-t * t / (2 * sigma * sigma))
    k /= k.sum()
    padded = F.pad(x, (radius,) * 4, mode="reflect")
    soft = F.conv2d(F.conv2d(padded, k.view(1, 1, 1, -1)), k.view(1, 1, -1, 1))
    a = (uniform(n, -0.9, 1.2, g) - 0.3 * against).clamp(-0.95, 1.3) * amount * (torch.rand(n, generator=g) < 0.5)
    return x + a.view(-1, 1, 1, 1) * (x - soft)


def intensity(x: torch.Tensor, g: torch.Generator, amount: float, against: torch.Tensor) -> torch.Tensor:
    """Random monotone tone curve, exposure, contrast, uneven illumination and clipping."""
    n, shape = len(x), (-1, 1, 1, 1)
    gamma = torch.exp(torch.randn(n, generator=g) * 0.25 * amount - 0.12 * against).clamp(0.5, 2.0).view(shape)
    x = x.clamp(1e-4, 1) ** gamma
    bend = (torch.randn(n, generator=g) * 0.10 * amount).view(shape)  # S-curve or its inverse
    x = x + bend * torch.sin(2 * math.pi * x) * 0.8
    gain = torch.exp(torch.randn(n, generator=g) * 0.18 * amount).view(shape)
    offset = (torch.randn(n, generator=g) * 0.08 * amount).view(shape)
    x = (x - 0.5) * gain + 0.5 + offset
    field = F.interpolate(torch.randn(n, 1, 3, 3, generator=g), x.shape[-2:], mode="bicubic", align_corners=True)
    return x + field * 0.05 * amount * uniform(n, 0, 1, g).view(shape)


def mix_spectrum(x: torch.Tensor, share: float, g: torch.Generator) -> torch.Tensor:
    """Interpolates amplitude spectra between images, keeping each one's phase (arXiv 2105.11120)."""
    n = len(x)
    pick = torch.randperm(n, generator=g)[: int(share * n)]
    if len(pick) == 0:
        return x
    other = torch.randint(0, n, (len(pick),), generator=g)
    a, b = torch.fft.rfft2(x[pick]), torch.fft.rfft2(x[other])
    weight = uniform(len(pick), 0, 0.6, g).view(-1, 1, 1, 1)
    amplitude = (1 - weight) * a.abs() + weight * b.abs()
    x[pick] = torch.fft.irfft2(torch.polar(amplitude, a.angle()), s=x.shape[-2:])
    return x


def occlude(x: torch.Tensor, share: float, g: torch.Generator) -> torch.Tensor:
    """Covers borders (collimation), corners (markers) or a rectangle with a flat grey."""
    n, side = len(x), x.shape[-1]
    for i in torch.nonzero(torch.rand(n, generator=g) < share).flatten().tolist():
        r = torch.rand(8, generator=g).tolist()
        value = r[0] if r[1] < 0.5 else (0.02 if r[1] < 0.85 else 0.97)
        if r[2] < 0.45:
            w = max(1, int(side * (0.03 + 0.15 * r[3])))
            where = [np.s_[:, :w], np.s_[:, -w:], np.s_[:w, :], np.s_[-w:, :]][int(r[4] * 4) % 4]
            x[i, 0][where] = value
        else:
            h, w = int(side * (0.08 + 0.25 * r[3])), int(side * (0.08 + 0.25 * r[4]))
            top, left = int((side - h) * r[5]), int((side - w) * r[6])
            x[i, 0, top : top + h, left : left + w] = value
    return x


def draw_lines(x: torch.Tensor, share: float, g: torch.Generator) -> torch.Tensor:
    """Adds bright curved lines and small marks: tubes, wires and letters say nothing about the label."""
    n, side = len(x), x.shape[-1]
    for i in torch.nonzero(torch.rand(n, generator=g) < share).flatten().tolist():
        for _ in range(int(torch.randint(1, 4, (1,), generator=g))):
            r = torch.rand(9, generator=g)
            t = torch.linspace(0, 1, 2 * side)
            p = r[:6].view(3, 2) * 1.2 - 0.1
            curve = (1 - t)[:, None] ** 2 * p[0] + (2 * t * (1 - t))[:, None] * p[1] + (t**2)[:, None] * p[2]
            if r[8] < 0.35:  # a short mark instead of a long line
                curve = p[0] + (curve - p[0]) * 0.08
            xy = (curve * side).long()
            inside = ((xy >= 0) & (xy < side)).all(1)
            xy = xy[inside]
            x[i, 0, xy[:, 1], xy[:, 0]] += 0.15 + 0.45 * r[6]
    return x


def jpeg(x: torch.Tensor, share: float, g: torch.Generator) -> torch.Tensor:
    """Sends a share of the batch through JPEG at quality 20 to 80."""
    n = len(x)
    for i in torch.nonzero(torch.rand(n, generator=g) < share).flatten().tolist():
        buffer = io.BytesIO()
        quality = int(torch.randint(20, 81, (1,), generator=g))
        Image.fromarray((x[i, 0].clamp(0, 1) * 255).byte().numpy()).save(buffer, "JPEG", quality=quality)
        x[i, 0] = torch.from_numpy(np.asarray(Image.open(buffer), np.float32) / 255)
    return x


def augment(pixels: torch.Tensor, aspect: torch.Tensor, label: torch.Tensor, side: int, g: torch.Generator, s: Strength) -> torch.Tensor:
    """uint8 [N,H,W] squashed radiographs -> float32 [N,1,side,side] in 0..1, every image changed on its own.

    In this data set normal radiographs show a wider field, are darker and sharper. `counter` leans the random
    changes against that: normal ones are cropped closer, brightened and blurred more often than pneumonia.
    """
    against = (1 - 2 * label.float()) * s.counter
    x = geometry(pixels[:, None].float() / 255, aspect, 2 * side, g, s.amount, against)
    x = draw_lines(x, s.lines, g)
    x = resize(x, side)
    x = lower_resolution(x, s.low, g)
    x = sharpness(x, g, s.amount, against)
    x = mix_spectrum(x, s.spectrum, g)
    x = intensity(x, g, s.amount, against)
    x = occlude(x, s.occlude, g)
    noise = torch.rand(len(x), 1, 1, 1, generator=g) ** 3 * 0.2 * s.amount * x.std((2, 3), keepdim=True)
    x = (x + torch.randn(x.shape, generator=g) * noise).clamp(0, 1)
    return jpeg(x, s.jpeg, g)
