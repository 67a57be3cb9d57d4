"""Reads the radiographs once and keeps them as one array with the facts that decide a fair split.

Sources: `kermany_train_224.zip` (Kermany et al. 2018, 224x224 JPEG, aspect squashed to a square, names
carry the patient) and `pneumoniamnist_trainval.npz` (MedMNIST v2, 28x28, centre-cropped to a square
first, no patient). The 28x28 copy of a radiograph is found by its pixels, which also gives back the
aspect of the original and the patient of the 28x28 image.
"""
from __future__ import annotations

import hashlib
import io
import os
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 224
CACHE = Path(__file__).parent / "cache"


@dataclass
class Radiographs:
    """N radiographs. `pixels` uint8 [N,224,224] squashed; `small` uint8 [N,28,28] centre-cropped."""

    pixels: np.ndarray
    small: np.ndarray
    has_small: np.ndarray  # bool [N]: small is MedMNIST's own copy, else made from pixels
    label: np.ndarray  # int64 [N]: 0 NORMAL, 1 PNEUMONIA
    sub: np.ndarray  # int64 [N]: 0 normal, 1 bacteria, 2 virus (training help only, never a finding)
    series: np.ndarray  # int64 [N]: 0 IM-, 1 NORMAL2-, 2 person
    number: np.ndarray  # int64 [N]: the number in the file name, by which files were handed out
    patient: np.ndarray  # int64 [N]: equal for the images of one child
    aspect: np.ndarray  # float32 [N]: width / height of the original

    def __len__(self) -> int:
        return len(self.label)

    def take(self, index: np.ndarray) -> "Radiographs":
        """The chosen rows, in that order."""
        return Radiographs(**{k: v[index] for k, v in self.__dict__.items()})


def data_dir(argument: str | None) -> Path:
    """Folder of the data sets: the argument, else the environment's HILUM_TEST_DATA."""
    value = argument or os.environ.get("HILUM_TEST_DATA")
    if not value or not Path(value).is_dir():
        raise SystemExit("Give --data DIR (or HILUM_TEST_DATA): the folder with pneumoniamnist/ and kermany_train_224.zip")
    return Path(value)


def sha256(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sources(root: Path) -> dict[str, Path]:
    """The files that training reads, by their name."""
    return {
        "kermany_train_224.zip": root / "kermany_train_224.zip",
        "pneumoniamnist_trainval.npz": root / "pneumoniamnist" / "pneumoniamnist_trainval.npz",
    }


def parse_name(name: str) -> tuple[int, int, int, int]:
    """(label, sub, series, number) of a Kermany file name such as NORMAL/IM-0115-0001.jpeg."""
    base = name.rsplit("/", 1)[-1]
    if m := re.match(r"person(\d+)_(bacteria|virus)_", base):
        return 1, 1 if m[2] == "bacteria" else 2, 2, int(m[1])
    if m := re.match(r"NORMAL2-IM-(\d+)-", base):
        return 0, 0, 1, int(m[1])
    if m := re.match(r"IM-(\d+)-", base):
        return 0, 0, 0, int(m[1])
    raise ValueError(f"not a Kermany file name: {name}")


def read_zip(path: Path) -> tuple[list[str], np.ndarray]:
    """Names and uint8 [N,224,224] grey pixels of the archive's JPEGs, sorted by name."""
    with zipfile.ZipFile(path) as archive:
        names = sorted(n for n in archive.namelist() if n.lower().endswith((".jpeg", ".jpg")))
        pixels = np.empty((len(names), SIDE, SIDE), np.uint8)
        for i, name in enumerate(names):
            pixels[i] = np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("L").resize((SIDE, SIDE)))
    return names, pixels


def read_npz(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """uint8 [N,28,28] and int64 [N] of train then val."""
    with np.load(path) as z:
        images = np.concatenate([z["train_images"], z["val_images"]])
        labels = np.concatenate([z["train_labels"], z["val_labels"]]).reshape(-1).astype(np.int64)
    return images, labels


def centre_cropped(pixels: np.ndarray, aspect: float, side: int) -> np.ndarray:
    """uint8 [side,side]: the squashed square cut to the middle square of the original, then resized."""
    image, n = Image.fromarray(pixels), pixels.shape[0]
    if aspect >= 1:
        half = n / aspect / 2
        box = (n / 2 - half, 0, n / 2 + half, n)
    else:
        half = n * aspect / 2
        box = (0, n / 2 - half, n, n / 2 + half)
    return np.asarray(image.resize((side, side), Image.Resampling.BICUBIC, box=box))


def unit_rows(images: np.ndarray) -> np.ndarray:
    """float32 [N,D] zero-mean unit-length rows, for correlation by a matrix product."""
    flat = images.reshape(len(images), -1).astype(np.float32)
    flat -= flat.mean(1, keepdims=True)
    return flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)


def match_small(pixels: np.ndarray, small: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(index into small or -1, aspect, correlation) of each radiograph, by trying aspects .8 to 2.4."""
    target = unit_rows(small)
    best = np.full(len(pixels), -1.0, np.float32)
    index = np.full(len(pixels), -1)
    aspect = np.ones(len(pixels), np.float32)
    for a in np.exp(np.linspace(np.log(0.8), np.log(2.4), 56)):
        crops = unit_rows(np.stack([centre_cropped(p, a, 28) for p in pixels]))
        for s in range(0, len(crops), 512):
            r = crops[s : s + 512] @ target.T
            top = r.argmax(1)
            value = r[np.arange(len(r)), top]
            better = value > best[s : s + 512]
            rows = np.arange(s, s + len(r))[better]
            best[rows], index[rows], aspect[rows] = value[better], top[better], a
    index[best < 0.95] = -1  # right pairs have .96 to .996, the runner-up is .1 lower
    return index, aspect, best


def load(root: Path) -> Radiographs:
    """All radiographs, from the cache when the sources have not changed."""
    files = sources(root)
    stamp = hashlib.sha256("".join(sha256(p) for p in files.values()).encode()).hexdigest()[:16]
    target = CACHE / f"radiographs-{stamp}.npz"
    if target.exists():
        with np.load(target) as z:
            return Radiographs(**{k: z[k] for k in z.files})
    names, pixels = read_zip(files["kermany_train_224.zip"])
    small, small_label = read_npz(files["pneumoniamnist_trainval.npz"])
    facts = np.array([parse_name(n) for n in names], np.int64)
    index, aspect, r = match_small(pixels, small)
    wrong = (index >= 0) & (small_label[index] != facts[:, 0])
    print(f"{len(names)} radiographs, {(index >= 0).sum()} matched to their 28x28 copy, {wrong.sum()} with another label, "
          f"{len(small) - len(set(index[index >= 0]))} 28x28 images without a match")
    index[wrong] = -1
    aspect[index < 0] = np.median(aspect[index >= 0])
    mine = np.stack([small[i] if i >= 0 else centre_cropped(p, a, 28) for i, p, a in zip(index, pixels, aspect)])
    key = facts[:, 2] * 100000 + facts[:, 3]
    data = Radiographs(pixels, mine, index >= 0, facts[:, 0], facts[:, 1], facts[:, 2], facts[:, 3],
                       np.unique(key, return_inverse=True)[1], aspect.astype(np.float32))
    CACHE.mkdir(exist_ok=True)
    np.savez(target, **data.__dict__)
    return data


def pixel_hash(pixels: np.ndarray) -> str:
    """SHA-256 of a decoded image, uint8 [rows,columns] or [rows,columns,samples]."""
    rows, columns = pixels.shape[:2]
    samples = 1 if pixels.ndim == 2 else pixels.shape[2]
    head = f"{rows}x{columns}x{samples}x{pixels.dtype.itemsize}:".encode()
    return hashlib.sha256(head + np.ascontiguousarray(pixels).tobytes()).hexdigest()


def training_hashes(root: Path) -> dict[str, list[str]]:
    """First 16 hex digits of every training file's hash and every training image's pixel hash, sorted."""
    files, pixels = set(), set()
    with zipfile.ZipFile(sources(root)["kermany_train_224.zip"]) as archive:
        for name in archive.namelist():
            if name.lower().endswith((".jpeg", ".jpg")):
                content = archive.read(name)
                files.add(hashlib.sha256(content).hexdigest()[:16])
                pixels.add(pixel_hash(np.asarray(Image.open(io.BytesIO(content))))[:16])
    for image in read_npz(sources(root)["pneumoniamnist_trainval.npz"])[0]:
        pixels.add(pixel_hash(image)[:16])
    return {"fileSha256": sorted(files), "pixelSha256": sorted(pixels)}
