"""Checks of the wording and the text encoder that need no trained weights."""
from __future__ import annotations

import json

import torch

from training.text.grammar import NORMAL, PNEUMONIA, UNKNOWN, WORDING, Grammar, clean
from training.text.model import MAX_TOKENS, TextEncoder
from training.text.openi import sort
from training.text.train import encode, make_tokenizer


def test_the_same_seed_writes_the_same_queries_of_every_kind() -> None:
    first, again = Grammar(4), Grammar(4)
    texts = [first.draw() for _ in range(300)]
    assert texts == [again.draw() for _ in range(300)]
    assert {k for _, k in texts} == {NORMAL, PNEUMONIA, UNKNOWN}


def test_no_held_out_query_is_trained_on() -> None:
    held = {clean(q["text"]) for q in json.loads((WORDING / "heldout_queries.json").read_text())}
    grammar = Grammar(0)
    assert len(held) > 80
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
    model = TextEncoder(100).eval()
    ids, mask = torch.tensor([[2, 20, 30, 3]]), torch.ones(1, 4, dtype=torch.int64)
    padded, kept = torch.cat([ids, torch.zeros(1, 5, dtype=torch.int64)], 1), torch.cat([mask, torch.zeros(1, 5, dtype=torch.int64)], 1)
    a, b = model(ids, mask), model(padded, kept)
    assert (a[0] - b[0]).abs().max() < 1e-5 and (a[1] - b[1]).abs().max() < 1e-5
    assert abs(float(a[0].norm()) - 1) < 1e-5 and 0 <= float(a[1]) <= 1


def test_report_sentences_are_sorted_without_the_model() -> None:
    assert sort("There is no focal consolidation") == "denied"
    assert sort("Patchy infiltrate in the right base") == "stated"
    assert sort("The lungs are clear") == "clear"
    assert sort("Degenerative changes of the spine") == "other"
