"""Stages: every code has words in both languages, and a document stands from its publication to its withdrawal."""

import pytest

from qilian.standards import Status
from qilian.standards.stages import STAGES, is_abandoned, stage_words, status_of


@pytest.mark.parametrize(
    ("stage", "status"),
    [
        ("00.00", Status.DRAFT),
        ("30.60", Status.DRAFT),
        ("40.99", Status.DRAFT),
        ("50.60", Status.DRAFT),
        ("60.00", Status.DRAFT),
        ("60.60", Status.CURRENT),
        ("90.92", Status.CURRENT),
        ("90.93", Status.CURRENT),
        ("90.99", Status.CURRENT),
        ("95.20", Status.CURRENT),
        ("95.92", Status.CURRENT),
        ("95.99", Status.WITHDRAWN),
        ("10.98", Status.WITHDRAWN),
        ("40.98", Status.WITHDRAWN),
        ("", Status.UNKNOWN),
        ("75.00", Status.UNKNOWN),
        ("PUBLISHED", Status.UNKNOWN),
    ],
)
def test_a_document_stands_from_publication_to_withdrawal(stage, status):
    """A ballot on its withdrawal (95.20) does not end a document; a deleted project (x.98) is withdrawn."""
    assert status_of(stage) is status


def test_the_stages_of_the_issue_read_as_they_are_known():
    """Enquiry closed, published, confirmed, withdrawn."""
    assert stage_words("40.60").en == "enquiry ballot closed"
    assert stage_words("60.60").zh == "已发布"
    assert stage_words("90.93").en == "confirmed"
    assert stage_words("95.99").zh == "已废止"


def test_every_stage_has_its_own_words_in_both_languages():
    """No code is left in one language, and no two codes read alike."""
    for language in ("zh", "en"):
        words = [text.say(language) for text in STAGES.values()]
        assert all(words)
        assert len(set(words)) == len(words)
    assert all(text.zh != text.en for text in STAGES.values())


def test_an_unknown_code_is_still_said():
    """An unknown substage gets the words of its stage; an unknown stage is shown as it is."""
    assert stage_words("30.11").en == "committee stage"
    assert stage_words("75.00").en == "75.00"
    assert not is_abandoned("95.98")
