"""Makes a model pack of BioViL-T (Microsoft, MIT licence) for Hilum.

On a machine with internet, once:

    pip install -r training/requirements-biovilt.txt && pip install --no-deps hi-ml-multimodal==0.2.2
    python -m training.export_biovil_t --out biovil-t
    hilum models install biovil-t

The weights are fetched by the packages themselves (image: checked against Microsoft's MD5; text: tag v1.0), or taken from
`--image-weights FILE` and `--text DIR`. Architecture: PyPI's hi-ml-multimodal. Nothing is written where PyTorch and
ONNX Runtime differ by more than 1e-4.
"""
from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from torch import Tensor, nn

DIM, SIDE, SHORTER, GRID, MAX_TOKENS, TOLERANCE = 128, 448, 512, 14, 512, 1e-4
HUB_NAME, TEXT_TAG = "microsoft/BiomedVLP-BioViL-T", "v1.0"
# As published with BioViL.
PROMPTS = {
    "pneumonia": ["Findings consistent with pneumonia", "Findings suggesting pneumonia", "This opacity can represent pneumonia", "Findings are most compatible with pneumonia"],
    "no pneumonia": ["There is no pneumonia", "No evidence of pneumonia", "No evidence of acute pneumonia", "No signs of pneumonia"],
}


class ImageTower(nn.Module):
    """image float32 [N,3,448,448] in 0..1 -> patches [N,196,128], embedding [N,128]: unit rows, their normalised mean."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        out = self.model(image)
        patches = out.projected_patch_embeddings.flatten(2).transpose(1, 2)
        z = out.projected_global_embedding
        return patches, z / torch.sqrt((z**2).sum(1, keepdim=True) + 1e-12)


class TextTower(nn.Module):
    """input_ids, attention_mask int64 [N,T] -> embedding [N,128], not normalised: several prompts are averaged first."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return self.model.get_projected_text_embeddings(input_ids, attention_mask, normalize_embeddings=False)


def image_model(weights: Path | None = None, random: bool = False) -> nn.Module:
    """The image model; random weights, a given file, or fetched."""
    from health_multimodal.image.model.model import MultiImageModel
    from health_multimodal.image.model.pretrained import get_biovil_t_image_encoder
    from health_multimodal.image.model.types import ImageEncoderType

    if not random and weights is None:
        return get_biovil_t_image_encoder().eval()
    return MultiImageModel(img_encoder_type=ImageEncoderType.RESNET50_MULTI_IMAGE, joint_feature_size=DIM, pretrained_model_path=weights).eval()


def text_model(folder: str | None) -> tuple[nn.Module, object]:
    """CXR-BERT of BioViL-T and its tokenizer, fetched or from a folder that holds both."""
    from health_multimodal.text.model.modelling_cxrbert import CXRBertModel
    from transformers import BertTokenizerFast

    where = {"revision": TEXT_TAG} if folder is None else {}
    return CXRBertModel.from_pretrained(folder or HUB_NAME, **where).eval(), BertTokenizerFast.from_pretrained(folder or HUB_NAME, do_lower_case=True, **where)


def export(tower: nn.Module, inputs: dict[str, Tensor], outputs: list[str], axes: dict[str, dict[int, str]], file: Path) -> None:
    """Writes one tower with free batch (and, for text, free length)."""
    with torch.no_grad():
        torch.onnx.export(tower, tuple(inputs.values()), str(file), input_names=list(inputs), output_names=outputs, dynamic_axes=axes, opset_version=17, dynamo=False)


@torch.no_grad()
def difference(tower: nn.Module, file: Path, batches: list[dict[str, Tensor]], outputs: list[str]) -> float:
    """Greatest difference of any output between PyTorch and ONNX Runtime on the CPU."""
    run, worst = ort.InferenceSession(str(file), providers=["CPUExecutionProvider"]), 0.0
    for batch in batches:
        mine = tower(*batch.values())
        theirs = run.run(outputs, {k: v.numpy() for k, v in batch.items()})
        for a, b in zip(mine if isinstance(mine, tuple) else (mine,), theirs):
            worst = max(worst, float(np.abs(a.numpy() - b).max()))
    return worst


def manifest(files: dict[str, str], source: str) -> dict:
    """model.json: what Hilum does before and after the graphs stands here."""
    return {
        "schema": 1, "id": "biovil-t", "name": "BioViL-T (Microsoft)", "version": "1.0", "dimension": DIM, "labels": ["NORMAL", "PNEUMONIA"],
        "towers": {
            "image": {"file": "image.onnx", "input": "image", "channels": 3, "range": [0, 1], "stretch": True, "inputSize": [SIDE, SIDE], "resize": "crop", "shorterSide": SHORTER,
                      "grid": [GRID, GRID], "receptiveField": 1.0, "outputs": {"patches": "patches", "embedding": "embedding"}},
            "text": {"file": "text.onnx", "tokenizer": "tokenizer.json", "maxTokens": MAX_TOKENS, "stripEnd": "!?.", "inputs": {"ids": "input_ids", "mask": "attention_mask"}, "outputs": {"embedding": "embedding"}},
        },
        "prompts": {"words": PROMPTS}, "files": files,
        "training": {"source": source, "data": "MIMIC-CXR v2, radiographs and reports of adults of one hospital in Boston; its images are not listed here."},
        "population": "Adults, MIMIC-CXR (Beth Israel Deaconess Medical Center, Boston).",
        "intendedUse": "Research and retrieval of similar chest radiographs. Not a medical device, not for diagnosis.",
        "limits": ["A general chest radiograph model: what it knows was not measured by Hilum.", "Not tested on children.", "It does not decline words it cannot know."],
        "licence": "MIT (Microsoft)",
        "attribution": ["Bannur S et al. Learning to Exploit Temporal Structure for Biomedical Vision-Language Processing. CVPR 2023."],
    }


def write_pack(image: nn.Module, text: nn.Module, tokenizer: object, out: Path, source: str) -> dict[str, float]:
    """Exports both towers, checks them and writes the pack; raises SystemExit where they differ from PyTorch."""
    out.mkdir(parents=True, exist_ok=True)
    picture, words = ImageTower(image).eval(), TextTower(text).eval()
    generator = torch.Generator().manual_seed(0)
    pictures = [{"image": torch.rand(n, 3, SIDE, SIDE, generator=generator)} for n in (1, 2)]
    sentences = [["no pneumonia"], ["findings consistent with pneumonia", "the lungs are clear"]]
    coded = [tokenizer(s, padding="max_length", max_length=24, truncation=True, return_tensors="pt") for s in sentences]
    texts = [{"input_ids": c["input_ids"], "attention_mask": c["attention_mask"]} for c in coded]
    export(picture, pictures[0], ["patches", "embedding"], {"image": {0: "n"}, "patches": {0: "n"}, "embedding": {0: "n"}}, out / "image.onnx")
    export(words, texts[0], ["embedding"], {"input_ids": {0: "n", 1: "t"}, "attention_mask": {0: "n", 1: "t"}, "embedding": {0: "n"}}, out / "text.onnx")
    worst = {"image": difference(picture, out / "image.onnx", pictures, ["patches", "embedding"]), "text": difference(words, out / "text.onnx", texts, ["embedding"])}
    print(f"difference of PyTorch and ONNX Runtime: image {worst['image']:.1e}, text {worst['text']:.1e}")
    if not max(worst.values()) <= TOLERANCE:
        for name in ("image.onnx", "text.onnx"):
            (out / name).unlink()
        sys.exit("refused: PyTorch and ONNX Runtime differ by more than 1e-4")
    backend = tokenizer.backend_tokenizer
    backend.no_padding()
    backend.no_truncation()
    backend.save(str(out / "tokenizer.json"))
    files = {n: hashlib.sha256((out / n).read_bytes()).hexdigest() for n in ("image.onnx", "text.onnx", "tokenizer.json")}
    (out / "model.json").write_text(json.dumps(manifest(files, source), indent=2) + "\n")
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--image-weights", type=Path, help="biovil_t_image_model_proj_size_128.pt; fetched when absent")
    parser.add_argument("--text", help="folder with CXR-BERT's config, weights and vocabulary; fetched when absent")
    given = parser.parse_args()
    text, tokenizer = text_model(given.text)
    write_pack(image_model(given.image_weights), text, tokenizer, given.out, f"{HUB_NAME} {TEXT_TAG}")


if __name__ == "__main__":
    main()
