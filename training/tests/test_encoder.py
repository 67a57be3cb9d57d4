"""Quick checks of what the product relies on: resize, additivity, independence of the batch, ONNX parity."""
from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from training import export
from training.model import Encoder, Member, Normalise, Shape, squash


def encoder(*shapes: Shape) -> Encoder:
    """Untrained members with batch statistics that are not the identity."""
    torch.manual_seed(0)
    members = [Member(s) for s in shapes or (Shape(width=8, dim=64), Shape(side=96, width=8, dim=64, norm="local"))]
    for m in members:
        for layer in m.modules():
            if isinstance(layer, torch.nn.BatchNorm2d):
                layer.running_mean.normal_(0, 0.1)
                layer.running_var.uniform_(0.5, 1.5)
                layer.weight.data.uniform_(0.5, 1.5)
    lean = torch.randn(sum(m.shape.dim for m in members)) * 0.02
    return Encoder(members, lean=lean).eval()


@pytest.mark.parametrize("size", [(28, 28), (224, 224), (301, 97), (64, 1000), (5, 7)])
def test_resize_is_the_antialiased_bilinear_of_pytorch_and_pillow(size: tuple[int, int]) -> None:
    image = np.random.default_rng(0).random(size, np.float32)
    mine = squash(torch.from_numpy(image)[None, None], 64)[0, 0].numpy()
    torch_way = F.interpolate(torch.from_numpy(image)[None, None], (64, 64), mode="bilinear", antialias=True)[0, 0].numpy()
    pillow = np.asarray(Image.fromarray(image).resize((64, 64), Image.Resampling.BILINEAR))
    assert np.abs(mine - torch_way).max() < 1e-5
    assert np.abs(mine - pillow).max() < 1e-4


@pytest.mark.parametrize("kind", ["central", "equal"])
def test_exposure_does_not_reach_the_network(kind: str) -> None:
    layer = Normalise(64, kind)
    image = F.interpolate(torch.rand(1, 1, 9, 9, generator=torch.Generator().manual_seed(1)), (64, 64), mode="bicubic").clamp(0, 1)
    assert (layer(image * 0.6 + 0.2) - layer(image)).abs().max() < 0.25


@torch.no_grad()
def test_embedding_is_the_normalised_mean_of_the_patches_whatever_the_batch() -> None:
    model, images = encoder(), torch.rand(3, 1, 90, 70)
    patches, embedding, seen = model(images)
    assert patches.shape == (3, 144, 128) and embedding.shape == (3, 128) and seen.shape == (3, 1, 96, 96)
    assert (F.normalize(patches.mean(1), dim=1) - embedding).abs().max() < 1e-5
    assert (model(images[1:2])[1] - embedding[1:2]).abs().max() < 1e-5
    assert embedding.norm(dim=1).sub(1).abs().max() < 1e-5


@torch.no_grad()
def test_contributions_of_patches_add_up_to_the_cosine() -> None:
    patches, embedding, _ = encoder()(torch.rand(2, 1, 50, 60))
    scale = patches[0].mean(0).norm()
    contributions = patches[0] @ embedding[1] / scale / patches.shape[1]
    assert abs(float(contributions.sum() - embedding[0] @ embedding[1])) < 1e-5


def test_a_mirrored_image_has_the_same_embedding() -> None:
    image = torch.rand(1, 1, 80, 80)
    model = encoder()
    with torch.no_grad():
        assert (model(image)[1] - model(image.flip(3))[1]).abs().max() < 2e-3


def test_onnx_equals_pytorch_at_every_size(tmp_path) -> None:
    model = export.fuse(encoder(Shape(width=32, dim=64), Shape(width=8, dim=64, norm="equal")))
    path = tmp_path / "image.onnx"
    export.write(model, path)
    random = np.random.default_rng(0)
    images = [random.random((2, 1, h, w), np.float32) for h, w in ((28, 28), (224, 224), (700, 33))]
    assert export.difference(model, export.session(path), images) < 1e-4
