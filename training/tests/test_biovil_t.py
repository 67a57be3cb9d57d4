"""The BioViL-T exporter on the real architecture with random weights: its real weights are not to be had here."""
from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch

pytest.importorskip("health_multimodal", reason="needs requirements-biovilt.txt")
from training.export_biovil_t import PROMPTS, TOLERANCE, image_model, write_pack  # noqa: E402


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    """A pack of both towers: ResNet-50 whole, twelve text layers, a small vocabulary."""
    from health_multimodal.text.model.configuration_cxrbert import CXRBertConfig
    from health_multimodal.text.model.modelling_cxrbert import CXRBertModel
    from transformers import BertTokenizerFast

    folder = tmp_path_factory.mktemp("biovil")
    words = sorted({w for p in PROMPTS.values() for s in p for w in s.lower().split()} | {"the", "lungs", "are", "clear"})
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]) + "\n")
    torch.manual_seed(3)
    text = CXRBertModel(CXRBertConfig(vocab_size=5 + len(words))).eval()
    image = image_model(random=True)
    # Batch normalisation of an untrained network would hide mistakes behind means of nought.
    for module in image.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 1.5)
    tokenizer = BertTokenizerFast(vocab_file=str(vocabulary), do_lower_case=True)
    return folder / "biovil-t", write_pack(image, text, tokenizer, folder / "biovil-t", "random weights")


def test_onnx_and_pytorch_agree_within_1e_4(pack: tuple[Path, dict[str, float]]) -> None:
    assert max(pack[1].values()) <= TOLERANCE


def test_the_embedding_is_the_normalised_mean_of_196_patches(pack: tuple[Path, dict[str, float]]) -> None:
    run = ort.InferenceSession(str(pack[0] / "image.onnx"), providers=["CPUExecutionProvider"])
    image = np.random.default_rng(1).random((2, 3, 448, 448), np.float32)
    patches, embedding = run.run(["patches", "embedding"], {"image": image})
    mean = patches.mean(1)
    mean /= np.linalg.norm(mean, axis=1, keepdims=True)
    assert patches.shape == (2, 196, 128) and np.abs(mean - embedding).max() < 1e-5


def test_the_manifest_names_every_file_and_what_hilum_does_before_the_graphs(pack: tuple[Path, dict[str, float]]) -> None:
    manifest = json.loads((pack[0] / "model.json").read_text())
    assert set(manifest["files"]) == {p.name for p in pack[0].iterdir()} - {"model.json"}
    image = manifest["towers"]["image"]
    assert (image["resize"], image["shorterSide"], image["inputSize"], image["stretch"]) == ("crop", 512, [448, 448], True)
    assert manifest["towers"]["text"]["stripEnd"] == "!?."
