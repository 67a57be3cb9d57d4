"""The Python peer of the benchmarks: Pillow or pydicom, onnxruntime, faiss-cpu. Prints one JSON document.

  peer.py import FOLDER MODEL.onnx [--threads N]     every image decoded, encoded in batches of 64, added to a flat index
  peer.py decode FOLDER [--runs N]                   every DICOM file read, decoded and windowed; seconds a file, median of N
  peer.py decode FOLDER [--runs N]                   each DICOM file read, decoded and windowed: milliseconds, median of N
  peer.py search N DIM [--queries Q]                 faiss-cpu IndexFlatIP over N random unit vectors, one query at a time
"""
import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np


def grey(path: Path) -> np.ndarray:
    """float32 [H, W] in 0..1, as a notebook would read it."""
    if path.suffix.lower() == ".dcm":
        import pydicom
        from pydicom.pixels import apply_modality_lut, apply_voi_lut

        d = pydicom.dcmread(path)
        values = apply_voi_lut(apply_modality_lut(d.pixel_array, d), d).astype(np.float32)
        values = (values - values.min()) / max(1e-6, float(np.ptp(values)))
        return 1 - values if d.PhotometricInterpretation == "MONOCHROME1" else values
    from PIL import Image

    image = Image.open(path)
    return np.asarray(image.convert("L"), np.float32) / 255


def encode(session, images: list[np.ndarray]) -> np.ndarray:
    """[n, dim]; one call for each size among the images."""
    by_size: dict[tuple[int, ...], list[int]] = {}
    for i, image in enumerate(images):
        by_size.setdefault(image.shape, []).append(i)
    out = None
    for rows in by_size.values():
        batch = np.stack([images[i] for i in rows])[:, None]
        (embedding,) = session.run(["embedding"], {"image": batch})
        out = np.empty((len(images), embedding.shape[1]), np.float32) if out is None else out
        out[rows] = embedding
    return out


def import_folder(a: argparse.Namespace) -> dict:
    import faiss
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = a.threads
    session = onnxruntime.InferenceSession(a.model, options, providers=["CPUExecutionProvider"])
    files = sorted(p for p in Path(a.folder).rglob("*") if p.suffix.lower() in {".png", ".jpg", ".jpeg", ".dcm", ".tif"})
    start = time.perf_counter()
    index = None
    for at in range(0, len(files), 64):
        vectors = encode(session, [grey(p) for p in files[at : at + 64]])
        index = faiss.IndexFlatIP(vectors.shape[1]) if index is None else index
        index.add(vectors)
    seconds = time.perf_counter() - start
    return {"images": index.ntotal, "seconds": seconds, "perSecond": index.ntotal / seconds}


def decode_folder(a: argparse.Namespace) -> dict:
    times = {}
    for path in sorted(Path(a.folder).glob("*.dcm")):
        runs = []
        try:
            grey(path)
        except NotImplementedError:
            continue  # A transfer syntax that pydicom does not decode.
        for _ in range(a.runs):
            start = time.perf_counter()
            shape = grey(path).shape
            runs.append((time.perf_counter() - start) * 1000)
        times[path.stem] = {"milliseconds": float(np.median(runs)), "rows": shape[0], "columns": shape[1]}
    return times


def search(a: argparse.Namespace) -> dict:
    import faiss

    faiss.omp_set_num_threads(a.threads)
    random = np.random.default_rng(7)
    vectors = random.standard_normal((a.n, a.dim), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = faiss.IndexFlatIP(a.dim)
    index.add(vectors)
    times = []
    for q in range(a.queries):
        query = vectors[(q * 7919) % a.n : (q * 7919) % a.n + 1]
        start = time.perf_counter()
        index.search(query, 10)
        times.append((time.perf_counter() - start) * 1000)
    return {"n": a.n, "p50": float(np.percentile(times, 50)), "p95": float(np.percentile(times, 95))}


def main() -> None:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("import")
    one.add_argument("folder")
    one.add_argument("model")
    one.add_argument("--threads", type=int, default=2)
    one.set_defaults(run=import_folder)
    decode = commands.add_parser("decode")
    decode.add_argument("folder")
    decode.add_argument("--runs", type=int, default=5)
    decode.set_defaults(run=decode_folder)
    two = commands.add_parser("search")
    two.add_argument("n", type=int)
    two.add_argument("dim", type=int)
    two.add_argument("--queries", type=int, default=200)
    two.add_argument("--threads", type=int, default=2)
    two.set_defaults(run=search)
    a = parser.parse_args()
    json.dump(a.run(a), sys.stdout)


if __name__ == "__main__":
    main()
