"""Checks of the wording and the text encoder that need no trained weights."""
from __future__ import annotations

import json

import numpy as np
import onnxruntime
import torch

from training.text.bind import with_centres
from training.text.grammar import HELD_OUT, Grammar
from training.text.model import MAX_TOKENS, TextEncoder, TextMember
from training.text.openi import sort
from training.text.tokens import encode, make_tokenizer
from training.text.wording import NORMAL, PNEUMONIA, UNKNOWN, WORDING, clean


def test_the_same_seed_writes_the_same_queries_of_every_kind() -> None:
    first, again = Grammar(4), Grammar(4)
    texts = [first.draw() for _ in range(300)]
    assert texts == [again.draw() for _ in range(300)]
    assert {k for _, k in texts} == {NORMAL, PNEUMONIA, UNKNOWN}


def test_no_held_out_query_is_trained_on() -> None:
    held = {clean(q["text"]) for name in HELD_OUT for q in json.loads((WORDING / name).read_text())}
    grammar = Grammar(0)
    assert len(held) > 250
    assert not held & {clean(grammar.draw()[0]) for _ in range(5000)}


def test_a_long_query_is_cut_and_keeps_its_end_mark() -> None:
    grammar = Grammar(1)
    tokenizer = make_tokenizer([grammar.draw()[0] for _ in range(2000)], 500)
    ids, mask = encode(tokenizer, ["opacity " * 200, "no opacity"])
    assert ids.shape == (2, MAX_TOKENS) and int(ids[0, 0]) == 2 and int(ids[0, -1]) == 3
    assert int(mask[1].sum()) < 12 and tokenizer.encode("NO Opacity").ids == tokenizer.encode("no opacity").ids


@torch.no_grad()
def test_padding_changes_nothing() -> None:
    torch.manual_seed(0)
    model = TextEncoder([TextMember(100), TextMember(100)]).eval()
    ids, mask = torch.tensor([[2, 20, 30, 3]]), torch.ones(1, 4, dtype=torch.int64)
    padded, kept = torch.cat([ids, torch.zeros(1, 5, dtype=torch.int64)], 1), torch.cat([mask, torch.zeros(1, 5, dtype=torch.int64)], 1)
    a, b = model(ids, mask), model(padded, kept)
    assert (a[0] - b[0]).abs().max() < 1e-5 and (a[1] - b[1]).abs().max() < 1e-5
    assert abs(float(a[0].norm()) - 1) < 1e-5 and 0 <= float(a[1]) <= 1


@torch.no_grad()
def test_an_exported_text_encoder_is_bound_to_a_space_of_another_length(tmp_path) -> None:
    torch.manual_seed(0)
    model, file = TextEncoder([TextMember(50)], dim=16).eval(), tmp_path / "text.onnx"
    ids = torch.tensor([[2, 20, 30, 3]])
    torch.onnx.export(model, (ids, torch.ones_like(ids)), str(file), input_names=["ids", "mask"], output_names=["embedding", "answerable"],
                      dynamic_axes={"ids": {0: "n", 1: "t"}, "mask": {0: "n", 1: "t"}}, opset_version=17, dynamo=False)
    centres = np.random.default_rng(0).normal(size=(2, 24)).astype(np.float32)
    run = onnxruntime.InferenceSession(with_centres(file, centres).SerializeToString(), providers=["CPUExecutionProvider"])
    z, answerable = run.run(None, {"ids": ids.numpy(), "mask": np.ones((1, 4), np.int64)})
    model.centres = torch.from_numpy(centres)
    expected = model(ids, torch.ones_like(ids))
    assert z.shape == (1, 24) and np.abs(z - expected[0].numpy()).max() < 1e-4 and np.abs(answerable - expected[1].numpy()).max() < 1e-4


def test_report_sentences_are_sorted_without_the_model() -> None:
    assert sort("There is no focal consolidation") == "denied"
    assert sort("Patchy infiltrate in the right base") == "stated"
    assert sort("The lungs are clear") == "clear"
    assert sort("Degenerative changes of the spine") == "other"
