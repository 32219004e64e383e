"""Words of the other language by the model; left out where the extra is not installed."""

from pathlib import Path

import pytest

from qilian.laboratories.scopes.semantic import Meanings, is_available
from qilian.laboratories.scopes.words import Segmenter

PHRASES = ["Insulation resistance", "Tensile strength", "Salt mist", "Pose accuracy", "Noise level"]

pytestmark = pytest.mark.skipif(not is_available(), reason="the extra qilian[semantic] is not installed")


def test_a_chinese_demand_finds_the_english_words(tmp_path: Path) -> None:
    """The nearest phrase of 绝缘电阻测试 is the insulation resistance, also after saving, and new phrases join in."""
    segmenter = Segmenter.count(PHRASES * 20)
    meanings = Meanings.of(PHRASES[:3], segmenter).with_phrases(PHRASES)
    meanings.save(tmp_path / "meanings")
    again = Meanings.load(tmp_path / "meanings", segmenter)
    weights = dict(again.words("绝缘电阻测试"))
    assert max(weights, key=lambda word: weights[word]) in ("insulation", "resistance")
    assert Meanings.of([], segmenter).words("绝缘") == []
