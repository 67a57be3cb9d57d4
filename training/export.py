"""Writes a model pack: image.onnx, model.json, training-images.json; refuses where ONNX and PyTorch differ.

`python -m training.export --members a,b --data DIR`
"""
from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnx import TensorProto, helper, numpy_helper

from . import data as datasets
from .model import Encoder
from .train import load_member

PACK = Path(__file__).parent.parent / "resources" / "models" / "hilum-cxr-1"
SIZES = ((28, 28), (224, 224), (97, 301), (640, 512), (31, 2000), (1858, 2090))
LIMIT_BYTES, LIMIT_MS, TOLERANCE = 15_000_000, 30.0, 1e-4


def fuse(encoder: Encoder) -> Encoder:
    """Folds every batch normalisation into the convolution before it, in place."""
    from torch.nn.utils.fusion import fuse_conv_bn_eval as fold

    from .model import Block
    for member in encoder.members:
        for block in [m for m in member.modules() if isinstance(m, Block)]:
            block.a, block.na = fold(block.a, block.na), torch.nn.Identity()
            block.b, block.nb = fold(block.b, block.nb), torch.nn.Identity()
            if block.short is not None:
                block.short[1], block.short[2] = fold(block.short[1], block.short[2]), torch.nn.Identity()
        member.body[0], member.body[1] = fold(member.body[0], member.body[1]), torch.nn.Identity()
        member.head[0], member.head[1] = fold(member.head[0], member.head[1]), torch.nn.Identity()
    return encoder


def half_weights(model: onnx.ModelProto) -> None:
    """Stores the convolutions' weights as float16 and casts them to float32 inside the graph, in place."""
    for tensor in list(model.graph.initializer):
        if tensor.data_type == TensorProto.FLOAT and len(tensor.dims) == 4 and np.prod(tensor.dims) >= 1024:
            small = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), tensor.name + "_half")
            model.graph.initializer.remove(tensor)
            model.graph.initializer.append(small)
            model.graph.node.insert(0, helper.make_node("Cast", [small.name], [tensor.name], to=TensorProto.FLOAT))


def write(encoder: Encoder, path: Path) -> None:
    """Exports with free batch, height and width. Weights are rounded to float16 first, so both sides use the same."""
    for p in encoder.parameters():
        if p.numel() >= 1024:
            p.data = p.data.half().float()
    axes = {"image": {0: "n", 2: "height", 3: "width"}, "patches": {0: "n"}, "embedding": {0: "n"}, "seen": {0: "n"}}
    torch.onnx.export(encoder, (torch.rand(2, 1, 60, 50),), str(path), input_names=["image"], dynamic_axes=axes,
                      output_names=["patches", "embedding", "seen"], opset_version=17, dynamo=False)
    model = onnx.load(str(path))
    half_weights(model)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def session(path: Path, threads: int = 1) -> ort.InferenceSession:
    """An ONNX Runtime session on the CPU."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@torch.no_grad()
def difference(encoder: Encoder, run: ort.InferenceSession, images: list[np.ndarray]) -> float:
    """Greatest difference of any output between PyTorch and ONNX over images float32 [N,1,H,W]; additivity too."""
    worst = 0.0
    for image in images:
        mine = [t.numpy() for t in encoder(torch.from_numpy(image))]
        theirs = run.run(["patches", "embedding", "seen"], {"image": image})
        worst = max([worst] + [float(np.abs(a - b).max()) for a, b in zip(mine, theirs)])
        mean = theirs[0].mean(1)
        mean /= np.linalg.norm(mean, axis=1, keepdims=True)
        alone = np.concatenate([run.run(["embedding"], {"image": image[i : i + 1]})[0] for i in range(len(image))])
        worst = max(worst, float(np.abs(mean - theirs[1]).max()), float(np.abs(alone - theirs[1]).max()))
    return worst


def milliseconds(path: Path, side: int = 224, runs: int = 30) -> float:
    """Median processor time of one image on one core (a busy machine does not count)."""
    run, image, times = session(path), np.random.default_rng(0).random((1, 1, side, side), np.float32), []
    for _ in range(runs):
        start = time.process_time()
        run.run(None, {"image": image})
        times.append(time.process_time() - start)
    return float(np.median(times) * 1000)


def manifest(encoder: Encoder, pack: Path, root: Path, seed: int) -> dict:
    """model.json's content for the files now in the pack."""
    left_out = {"model.json", "text.onnx", "tokenizer.json"}
    files = {p.name: datasets.sha256(p) for p in sorted(pack.iterdir()) if p.is_file() and p.name not in left_out}
    towers: dict = {"image": {
        "file": "image.onnx", "input": "image", "channels": 1, "range": [0, 1], "inputSize": [encoder.side] * 2,
        "grid": [encoder.grid] * 2, "receptiveField": 1.0,
        "outputs": {"patches": "patches", "embedding": "embedding", "seen": "seen"}}}
    return {
        "schema": 1, "id": "hilum-cxr-1", "name": "Hilum chest radiograph encoder 1", "version": "1.0.0",
        "dimension": encoder.dim, "labels": ["NORMAL", "PNEUMONIA"], "towers": towers, "files": files,
        "training": {"images": "training-images.json", "seed": seed, "command": "python -m training.run --data DIR",
                     "dataSha256": {n: datasets.sha256(p) for n, p in datasets.sources(root).items()}},
        "population": "Children of one to five years, frontal chest radiographs, one hospital in Guangzhou, China; two labels.",
        "intendedUse": "Retrieval of similar chest radiographs for teaching and reference. Not a medical device, not for diagnosis.",
        "limits": [
            "Knows pneumonia and no pneumonia only; it cannot exclude anything else.",
            "Not tested on adults, on other hospitals or on lateral views.",
            "Labels in the training data come from the publishers, not from follow-up.",
        ],
        "licence": "Weights: same licence as the project. Training images: CC BY 4.0.",
        "attribution": [
            "Kermany D, Zhang K, Goldbaum M. Labeled Optical Coherence Tomography (OCT) and Chest X-Ray Images for "
            "Classification, Mendeley Data v2, 2018; Kermany et al., Cell 172, 2018. CC BY 4.0.",
            "Yang J et al. MedMNIST v2, Scientific Data 10, 2023 (PneumoniaMNIST). CC BY 4.0.",
        ],
    }


def save_json(path: Path, value: object, indent: int | None = 2) -> None:
    """Writes JSON with a final line break, by way of a temporary file."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value, indent=indent) + "\n")
    part.replace(path)


def manifest_update(pack: Path, text: dict | None = None) -> None:
    """Writes the hashes of the pack's files anew, and the text tower where one is given."""
    value = json.loads((pack / "model.json").read_text())
    if text:
        value["towers"]["text"] = text
    value["files"] = {p.name: datasets.sha256(p) for p in sorted(pack.iterdir()) if p.is_file() and p.name != "model.json"}
    save_json(pack / "model.json", value)


def export(encoder: Encoder, root: Path, pack: Path = PACK, seed: int = 0, enforce: bool = True) -> dict:
    """Writes the pack; raises SystemExit and leaves the old image.onnx where a limit is not kept."""
    pack.mkdir(parents=True, exist_ok=True)
    part = pack.parent / ".image.onnx.part"
    encoder = fuse(encoder.eval())
    write(encoder, part)
    random = np.random.default_rng(seed)
    d = datasets.load(root)
    images = [random.random((2, 1, *s), np.float32) for s in SIZES]
    images.append(d.pixels[:: len(d) // 8][:8, None].astype(np.float32) / 255)
    images.append(d.small[:: len(d) // 8][:8, None].astype(np.float32) / 255)
    images.append(np.stack([np.zeros((1, 224, 224), np.float32), np.ones((1, 224, 224), np.float32)]))
    worst, size, speed = difference(encoder, session(part), images), part.stat().st_size, milliseconds(part)
    print(f"difference {worst:.2e}, {size / 1e6:.2f} MB, {speed:.1f} ms at 224x224 on one core, dimension {encoder.dim}")
    if not worst <= TOLERANCE or size > LIMIT_BYTES or (enforce and speed > LIMIT_MS):
        part.unlink()
        sys.exit("refused: PyTorch and ONNX differ, or the file is too large or too slow")
    part.replace(pack / "image.onnx")
    if not (pack / "training-images.json").exists():
        save_json(pack / "training-images.json", datasets.training_hashes(root), None)
    # text.onnx and tokenizer.json stay, but in no manifest until `training.text.train bind` points them at this space.
    save_json(pack / "model.json", manifest(encoder, pack, root, seed))
    return {"difference": worst, "bytes": size, "ms": speed, "sha256": hashlib.sha256((pack / "image.onnx").read_bytes()).hexdigest()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data")
    parser.add_argument("--members", required=True, help="names of finished runs, separated by commas")
    parser.add_argument("--pack", type=Path, default=PACK)
    given = parser.parse_args()
    export(Encoder([load_member(n) for n in given.members.split(",")]), datasets.data_dir(given.data), given.pack)


if __name__ == "__main__":
    main()
