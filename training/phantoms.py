"""Draws synthetic chests with and without planted opacities (no real image data).

They check that the encoder finds a soft opacity in a drawing it never saw, as in the demo library, and a
share of them may be mixed into training under the same two labels.
"""
from __future__ import annotations

import subprocess
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter, zoom

SIDE = 224


def edge(value: np.ndarray, steep: float) -> np.ndarray:
    """Soft step: 1 where value is well above 0."""
    return 1 / (1 + np.exp(-np.clip(value * steep, -50, 50)))


def stroke(x: np.ndarray, y: np.ndarray, points: np.ndarray, width: float) -> np.ndarray:
    """Greatest of Gaussian tubes along a polyline [K,2]."""
    out = np.zeros_like(x)
    for (ax, ay), (bx, by) in zip(points[:-1], points[1:]):
        dx, dy = bx - ax, by - ay
        t = np.clip(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy + 1e-9), 0, 1)
        out = np.maximum(out, np.exp(-((x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2) / (2 * width**2)))
    return out


def texture(random: np.random.Generator, shape: tuple[int, int], sigma: float) -> np.ndarray:
    """Smooth noise of unit spread."""
    t = gaussian_filter(random.normal(size=shape), sigma)
    return t / t.std()


def phantom(seed: int, opaque: bool, side: int = SIDE) -> np.ndarray:
    """uint8 [side,side]: one drawn chest, squashed to a square like the real gallery."""
    random = np.random.default_rng([seed, int(opaque)])
    u = random.uniform
    aspect = u(1.0, 1.5)
    scale = u(0.95, 1.2)
    y, x = np.meshgrid(np.linspace(-1, 1, side), np.linspace(-1, 1, side) * aspect, indexing="ij")
    x, y = x / scale - u(-0.06, 0.06), y / scale - u(-0.06, 0.06)
    tilt = u(-0.06, 0.06)
    x, y = x * np.cos(tilt) + y * np.sin(tilt), y * np.cos(tilt) - x * np.sin(tilt)
    inflation, heart = u(0.85, 1.1), u(0.85, 1.15)
    body_width = u(0.88, 1.05)
    waist = np.where(y < -0.62, 0.3 + (body_width - 0.3) * np.clip((y + 1.05) / 0.43, 0, 1) ** 0.6, body_width)
    body = np.sqrt(np.clip(1 - (x / waist) ** 2, 0, 1)) ** u(0.6, 1.0) * edge(waist - np.abs(x), 50)
    a = u(1.1, 1.4) * body
    lungs = np.zeros_like(x)
    for s in (-1, 1):
        shape = 1 - np.abs((x - s * u(0.37, 0.4)) / 0.32) ** 2.4 - np.abs((y + 0.1) / (0.66 * inflation)) ** 2.4
        dome = (0.44 if s < 0 else 0.5) * inflation + 0.22 * ((x - s * 0.34) / 0.36) ** 2
        lungs += edge(shape, 9) * edge(dome - y, 40) * edge(s * x - 0.1, 30)
    lungs = np.clip(lungs, 0, 1)
    a -= u(0.78, 0.98) * lungs
    middle = edge(u(0.12, 0.16) + 0.05 * np.clip(y + 0.1, 0, 1) - np.abs(x), 28)
    a += 0.38 * middle
    ellipse = 1 - ((x - 0.12) * 0.88 + (y - 0.22) * 0.48) ** 2 / (0.33 * heart) ** 2 \
        - ((y - 0.22) * 0.88 - (x - 0.12) * 0.48) ** 2 / (0.25 * heart) ** 2
    a += u(0.5, 0.7) * np.sqrt(np.clip(ellipse, 0, 1)) * (1 - 0.45 * middle)
    a += 0.2 * edge(y - (0.46 * inflation + 0.22 * ((np.abs(x) - 0.34) / 0.36) ** 2), 30) * body
    a -= 0.2 * edge(0.045 - np.abs(x), 60) * edge(-0.18 - y, 12)
    for k in range(15):
        a += 0.1 * edge(0.075 - np.abs(x), 60) * edge(0.05 - np.abs(y + 0.95 - k * 0.135), 60)
    t = np.linspace(0, 1, 9)
    bones = np.zeros_like(a)
    for k in range(9):
        start, reach = -0.8 + k * 0.135 + random.normal(0, 0.006), min(0.44 + 0.045 * k, 0.71)
        for s in (-1, 1):
            back = np.stack([s * (0.075 + (reach - 0.075) * t), start - 0.045 * np.sin(np.pi * t * 0.9) + 0.2 * t**2.2], 1)
            bones = np.maximum(bones, stroke(x, y, back, 0.017))
            if 1 < k < 8:
                front = np.stack([s * (reach - (reach - 0.26) * t), start + 0.2 + 0.17 * t], 1)
                bones = np.maximum(bones, 0.4 * stroke(x, y, front, 0.018))
    a += u(0.14, 0.3) * bones
    for s in (-1, 1):
        a += 0.2 * stroke(x, y, np.stack([s * (0.07 + 0.62 * t), -0.6 - 0.1 * np.sin(np.pi * t * 0.8) - 0.11 * t], 1), 0.024)
        for angle in (-1.1, -0.6, -0.1, 0.4, 0.9):
            way = angle + random.normal(0, 0.15)
            line = np.stack([s * (0.15 + 0.34 * t * np.cos(way)), -0.03 + 0.34 * t * np.sin(way) + random.normal(0, 0.01, 9)], 1)
            a += u(0.06, 0.14) * stroke(x, y, line, 0.013) * lungs * (1 - 0.5 * np.hypot(x, y).clip(0, 1))
    a += 0.16 * np.exp(-(((np.abs(x) - 0.155) / 0.06) ** 2 + ((y + 0.02) / 0.12) ** 2)) * lungs
    if opaque:
        soft, fine = texture(random, a.shape, side / 50), texture(random, a.shape, side / 110)
        for _ in range(int(random.integers(1, 4))):
            s, strength = (-1 if random.random() < 0.55 else 1), u(0.35, 0.7)
            blob = np.exp(-(((x - s * u(0.3, 0.48)) / u(0.12, 0.27)) ** 2 + ((y - u(-0.35, 0.3)) / u(0.14, 0.36)) ** 2) ** 1.15)
            patchy = random.random() < 0.35
            a += strength * blob * lungs * (np.clip(0.5 + 0.25 * soft + 0.25 * fine, 0, 1.4) if patchy else 1 + 0.16 * soft + 0.07 * fine)
    image = 1 - np.exp(-np.clip(a, 0, None) * 1.15 * u(0.85, 1.2))
    image = gaussian_filter(image / (np.percentile(image, 99.7) * 1.06), u(0.3, 1.0))
    image = np.clip(image + random.normal(0, u(0.003, 0.014), image.shape), 0, 1) ** (1.28 * u(0.85, 1.18))
    image[int(side * 0.93) :, int(side * 0.35) : int(side * 0.65)] += (random.random((1, int(side * 0.65) - int(side * 0.35))) > 0.5) * 0.5
    return (np.clip(image, 0, 1) * 255).astype(np.uint8)


def _one(job: tuple[int, bool]) -> np.ndarray:
    return phantom(*job)


def draw(count: int, seed: int, workers: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """uint8 [count,224,224] and int64 [count], half of them with an opacity; kept in the cache."""
    from .data import CACHE
    target = CACHE / f"phantoms-{count}-{seed}.npz"
    if not target.exists():
        jobs = [(seed * 1_000_000 + i, i % 2 == 1) for i in range(count)]
        with ProcessPoolExecutor(workers) as pool:
            pixels = np.stack(list(pool.map(_one, jobs, chunksize=8)))
        CACHE.mkdir(exist_ok=True)
        np.savez(target, pixels=pixels, label=np.arange(count) % 2)
    with np.load(Path(target)) as z:
        return z["pixels"], z["label"].astype(np.int64)


def rendered(name: str, count: int, first_seed: int) -> tuple[np.ndarray, np.ndarray]:
    """uint8 [count,224,224] and int64 [count]: phantoms of the project's own generator (src/engine/demo), by Node."""
    from .data import CACHE
    target = CACHE / name
    if not target.exists():
        CACHE.mkdir(exist_ok=True)
        part = target.with_suffix(".part")
        subprocess.run(["node", str(Path(__file__).parent / "render_phantoms.mjs"), str(part), str(count), str(first_seed)], check=True)
        part.replace(target)
    return np.fromfile(target, np.uint8).reshape(count, SIDE, SIDE), 1 - np.arange(count) % 2


def enlarged(pixels: np.ndarray, side: int) -> np.ndarray:
    """A drawn chest at another size, for checks of the resize."""
    return zoom(pixels, side / pixels.shape[0], order=1)
