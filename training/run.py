"""From the data to the checked pack: trains every member, exports, trains the text encoder, binds it.

`python -m training.run --data DIR` continues where it was stopped: finished members are kept, an unfinished one
goes on from its last saved step. `--quick` does everything with a few steps, to see that it works.
"""
from __future__ import annotations

import argparse
import sys

import numpy as np
import torch

from . import data as datasets
from . import ensemble
from .export import PACK, export
from .splits import held_out
from .text import train as text
from .train import RUNS, train


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    root = datasets.data_dir(given.data)
    d = datasets.load(root)
    for recipe in ensemble.recipes(given.quick):
        if (RUNS / recipe.name / "member.pt").exists():
            print(f"{recipe.name}: finished before")
            continue
        print(recipe, flush=True)
        train(d if recipe.split == "none" else d.take(np.flatnonzero(~held_out(d, recipe.split))), recipe)
    encoder = ensemble.encoder(d, [r.name for r in ensemble.recipes(given.quick)])
    pack = PACK if not given.quick else RUNS / "quick-pack"
    print(export(encoder, root, pack))
    wording = text.RUN if not given.quick else RUNS / "quick-text"
    text.fit(200 if given.quick else text.STEPS, torch.get_num_threads(), wording)
    text.bind(root, pack, ensemble.ABSTAIN_BELOW, wording)
    if not np.isfinite(sum(p.sum().item() for p in encoder.parameters())):
        sys.exit("weights are not finite")


if __name__ == "__main__":
    main()
