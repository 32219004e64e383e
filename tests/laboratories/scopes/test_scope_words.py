"""Words stay the same when spaces are lost or inserted."""

from hypothesis import given
from hypothesis import strategies as st

from qilian.laboratories.scopes import Bridge
from qilian.laboratories.scopes.words import Segmenter
from qilian.text import Text

CELLS = ["insulation resistance", "electric strength", "verification of marking", "water permeability"] * 20
SEGMENTER = Segmenter.count([*CELLS, "waterpermeability", "verication of marking"])


@given(st.lists(st.sampled_from(" ".join(CELLS[:4]).split()), min_size=1, max_size=8), st.data())
def test_blanks_do_not_change_the_words(words: list[str], data: st.DataObject) -> None:
    """However blanks are put between the letters of a text, its words are the same."""
    letters = "".join(words)
    blanks = data.draw(st.sets(st.integers(1, max(1, len(letters) - 1)), max_size=6))
    damaged = "".join((" " if place in blanks else "") + letter for place, letter in enumerate(letters))
    assert SEGMENTER.cut(damaged) == SEGMENTER.cut(" ".join(words))


def test_a_glued_word_is_cut_and_a_lost_ligature_does_not_count() -> None:
    """A table's own glued word is no word; "verication" is what PDF extraction leaves of "verification"."""
    assert SEGMENTER.cut("waterpermeability") == ["water", "permeability"]
    assert SEGMENTER.cut("verication") == SEGMENTER.cut("verification")


def test_a_typo_is_forgiven_only_on_request() -> None:
    """The cut for the index takes words as they stand."""
    assert SEGMENTER.cut("insulatoin", forgive=True) == ["insulation"]
    assert SEGMENTER.cut("insulatoin") != ["insulation"]


def test_chinese_and_figures_are_words_of_their_own() -> None:
    """Chinese is cut into its words, figures stay whole."""
    words = SEGMENTER.cut("绝缘电阻 500 V resistance")
    assert "绝缘" in words
    assert "500" in words


def test_the_longest_term_crosses_the_bridge() -> None:
    """Overlapping terms give the longest one; brackets of the vocabulary may be left out; no term gives nothing."""
    bridge = Bridge(
        [Text("冲击", "Shock"), Text("冲击（试验Ea）", "Shock (test Ea)"), Text("抗冲击强度", "Impact strength")]
    )
    assert bridge.across("抗冲击强度") == ["Impact strength"]
    assert "Shock" in bridge.across("冲击 GB/T 2423.5")
    assert bridge.across("shock test") == ["冲击"]
    assert bridge.across("nothing of it") == []
