"""Checks of names, hashes and splits that need no radiograph."""
from __future__ import annotations

import hashlib

import numpy as np
import pytest

from training.data import Radiographs, parse_name, pixel_hash
from training.evaluate import neighbours, precision
from training.phantoms import phantom
from training.splits import held_out, patient_folds


def made_up(n: int = 200) -> Radiographs:
    """Radiographs of noise with plausible facts."""
    random = np.random.default_rng(0)
    sub = np.arange(n) % 3
    number = random.integers(1, 60, n)
    series = np.where(sub == 0, number % 2, 2)
    pixels = random.integers(0, 255, (n, 224, 224), np.uint8)
    patient = np.unique(series * 1000 + number, return_inverse=True)[1]
    return Radiographs(pixels, pixels[:, :28, :28], np.ones(n, bool), (sub > 0).astype(np.int64), sub, series, number, patient,
                       random.uniform(1, 2, n).astype(np.float32))


@pytest.mark.parametrize("name,facts", [
    ("NORMAL/IM-0115-0001.jpeg", (0, 0, 0, 115)),
    ("NORMAL/NORMAL2-IM-1423-0001.jpeg", (0, 0, 1, 1423)),
    ("PNEUMONIA/person1_bacteria_2.jpeg", (1, 1, 2, 1)),
    ("PNEUMONIA/person1504_virus_2606.jpeg", (1, 2, 2, 1504)),
])
def test_file_names_tell_label_and_patient(name: str, facts: tuple[int, int, int, int]) -> None:
    assert parse_name(name) == facts


def test_pixel_hash_is_of_the_shape_and_the_raw_samples() -> None:
    image = np.arange(6, dtype=np.uint8).reshape(2, 3)
    assert pixel_hash(image) == hashlib.sha256(b"2x3x1x1:" + bytes(range(6))).hexdigest()


def test_no_patient_is_on_both_sides() -> None:
    d = made_up()
    masks = patient_folds(d, 5, 0)
    assert (np.sum(masks, 0) == 1).all()
    for mask in [*masks, held_out(d, "series-a"), held_out(d, "dark"), held_out(d, "early")]:
        assert mask.any() and not set(d.patient[mask]) & set(d.patient[~mask])


def test_neighbours_come_nearest_first_and_precision_counts_labels() -> None:
    gallery = np.eye(4, dtype=np.float32)
    query = np.array([[0.1, 0.9, 0.3, 0.2]], np.float32)
    assert neighbours(query, gallery, 3).tolist() == [[1, 2, 3]]
    r = precision(np.eye(4, dtype=np.float32)[[0, 2]], np.array([0, 1]), gallery, np.array([0, 0, 1, 1]), ks=(1, 2))
    assert r["P@1"] == 1.0


def test_a_phantom_is_the_same_each_time_and_an_opacity_shows() -> None:
    assert (phantom(3, True, 64) == phantom(3, True, 64)).all()
    assert phantom(3, True, 64).shape == (64, 64)
