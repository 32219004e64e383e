"""Trials: agreed by both sides, each step left by evidence that another verified; who sees and who may."""

from datetime import date

import pytest

MEASURED = [
    {"parameter": "payload.rated", "value": "5.4 kg"},
    {"parameter": "environment.temperature_min", "value": "-18 °C"},
]


def test_it_takes_two(trial, owner, maker, stranger):
    """The side that asks does not agree for the other; what was asked and stated is kept."""
    from qilian.portal.scenarios.commands import trials
    from qilian.portal.scenarios.errors import TrialRefused

    assert maker.user.notices.filter(zh__contains="试用").count() == 1
    with pytest.raises(TrialRefused):
        trials.move(trial, "accept", owner)
    with pytest.raises(TrialRefused):
        trials.move(trial, "accept", stranger)
    with pytest.raises(TrialRefused):
        trials.move(trial, "take_back", maker)
    with pytest.raises(TrialRefused, match="原因"):
        trials.move(trial, "decline", maker)
    trials.move(trial, "accept", maker)
    assert trial.state == "research"
    assert owner.user.notices.filter(zh__contains="研究阶段").count() == 1
    assert trial.conditions == trial.need.terms


def test_a_pair_that_fails_or_is_open_or_is_not_ours_is_refused(trial, need, offer, owner, maker, stranger, write):
    from qilian.portal.scenarios.commands import trials
    from qilian.portal.scenarios.errors import TrialRefused

    with pytest.raises(TrialRefused, match="已有"):
        trials.ask(maker, need, offer, "再试一次")
    with pytest.raises(TrialRefused):
        trials.ask(stranger, need, offer, "与我无关")
    light = write("offer", maker, [{"parameter": "payload.rated", "value": "3 kg"}])
    with pytest.raises(TrialRefused, match="不满足"):
        trials.ask(owner, need, light, "试试看吧")
    own = write("offer", owner, [{"parameter": "payload.rated", "value": "8 kg"}])
    with pytest.raises(TrialRefused):
        trials.ask(owner, need, own, "自己和自己")


def test_each_step_is_left_by_verified_evidence(trial, owner, maker, link):
    """Validation ends when every condition that must hold was measured, met and verified; wishes may stay open."""
    from qilian.portal.scenarios.commands import trials
    from qilian.portal.scenarios.errors import TrialRefused
    from qilian.portal.scenarios.models import EvidenceKind

    def measure(figures):
        made = trials.show(trial, maker, EvidenceKind.FIGURES, {"title": "现场实测", "figures": figures}, None)
        trials.verify(made, owner)

    trials.move(trial, "accept", maker)
    with pytest.raises(TrialRefused, match="证据"):
        trials.move(trial, "advance", maker)
    made = link(trial, maker)
    with pytest.raises(TrialRefused, match="证据"):
        trials.move(trial, "advance", maker)
    trials.verify(made, owner)
    trials.move(trial, "advance", maker)
    assert trial.state == "validation"
    measure(MEASURED[:1])
    with pytest.raises(TrialRefused, match="实测并经核验"):
        trials.move(trial, "advance", owner)
    measure([{"parameter": "environment.temperature_min", "value": "-8 °C"}])
    with pytest.raises(TrialRefused, match="实测并经核验"):
        trials.move(trial, "advance", owner)
    measure(MEASURED[1:])
    trials.move(trial, "advance", owner)
    assert trial.state == "conversion"
    with pytest.raises(TrialRefused, match="证据"):
        trials.move(trial, "advance", owner)  # what was shown before is of another step
    trials.verify(link(trial, owner), maker)
    trials.move(trial, "advance", maker)
    assert trial.state == "converted"
    assert trial.is_final


def test_nobody_verifies_their_own_word(trial, owner, maker, stranger, province, link, cast):
    """Neither who entered it nor a colleague; the other side does, or the regulator of either side."""
    from qilian.portal.scenarios.commands import trials
    from qilian.portal.scenarios.errors import TrialRefused
    from qilian.portal.scenarios.models import Evidence

    trials.move(trial, "accept", maker)
    made = link(trial, maker)
    for actor in (
        maker,
        stranger,
        cast.actor("regulator", "jiangsu", region="320000"),
        cast.actor("window", region="330108"),
    ):
        assert not trials.may_verify(made, actor)
        with pytest.raises(TrialRefused):
            trials.verify(made, actor)
    trials.verify(made, province)
    made = Evidence.objects.get(pk=made.pk)
    assert (made.verified_for, made.verified_by) == (province.organisation, province.user)
    made.trial = trial
    with pytest.raises(TrialRefused, match="没有"):
        trials.verify(made, owner)


def test_measured_values_are_of_what_was_asked_for(trial, maker):
    from qilian.errors import QilianError
    from qilian.portal.scenarios.commands import trials
    from qilian.portal.scenarios.models import EvidenceKind

    trials.move(trial, "accept", maker)
    for figures in (
        [{"parameter": "technology.accuracy", "value": 1}],
        [{"parameter": "payload.rated", "value": "5 V"}],
        [],
    ):
        with pytest.raises(QilianError):
            trials.show(trial, maker, EvidenceKind.FIGURES, {"title": "现场实测", "figures": figures}, None)
    assert not trial.evidence.exists()


def test_it_ends_with_a_reason_and_stays_as_it_was(trial, owner, maker, link):
    from qilian.portal.history.firing import MoveRefused
    from qilian.portal.scenarios.commands import trials
    from qilian.portal.scenarios.errors import TrialRefused

    trials.move(trial, "accept", maker)
    made = link(trial, maker)
    with pytest.raises(TrialRefused, match="原因"):
        trials.move(trial, "end", owner)
    trials.move(trial, "end", owner, "低温下夹持力不足")
    assert (trial.state, trial.outcome) == ("ended", "低温下夹持力不足")
    with pytest.raises(TrialRefused):
        link(trial, maker)
    with pytest.raises(TrialRefused):
        trials.verify(made, owner)
    with pytest.raises(MoveRefused):
        trials.move(trial, "advance", owner)


def test_its_moves_stand_in_the_history(trial, maker, owner, link):
    from qilian.portal.history.recording import about
    from qilian.portal.scenarios.commands import trials

    trials.move(trial, "accept", maker)
    trials.verify(link(trial, maker), owner)
    trials.move(trial, "advance", maker)
    assert [each.event for each in about([trial])] == ["ask", "accept", "show", "verify", "advance"]


def test_others_do_not_see_it(enter, cast, trial, owner, maker, stranger, province):
    """Both sides and the regulators of either; for all others there is no such trial."""
    page = f"/scenarios/trials/{trial.pk}/"
    far = cast.actor("regulator", "jiangsu", region="320000")
    answers = {enter(each).get(page).status_code for each in (owner, maker, province)}
    assert answers == {200}
    assert {enter(each).get(page).status_code for each in (stranger, far)} == {404}
    assert enter(stranger).post(f"{page}accept").status_code == 404


def test_it_is_walked_on_pages(enter, trial, owner, maker, province):
    """Agree, add each kind of evidence, verify, go on; a file comes back as it was, and only to who may see it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    page, theirs, ours = f"/scenarios/trials/{trial.pk}/", enter(maker), enter(owner)
    theirs.post(f"{page}accept")
    for kind in ("figures", "file", "report", "link"):
        assert theirs.get(f"{page}evidence/{kind}/").status_code == 200
    assert theirs.get(f"{page}evidence/rumour/").status_code == 404
    content = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    sent = {"title": "研究报告一份", "file": SimpleUploadedFile("研究.pdf", content)}
    assert theirs.post(f"{page}evidence/file/", sent).status_code == 302
    wrong = {"title": "研究报告一份", "file": SimpleUploadedFile("研究.pdf", b"<html><script>")}
    assert theirs.post(f"{page}evidence/file/", wrong).status_code == 200
    made = trial.evidence.get()
    answer = ours.get(f"{page}evidence/{made.pk}/file")
    assert (answer.content, answer["Content-Type"]) == (content, "application/octet-stream")
    assert answer["Content-Disposition"].startswith("attachment")
    ours.post(f"{page}evidence/{made.pk}/verify")
    theirs.post(f"{page}advance")
    bad = theirs.post(f"{page}evidence/figures/", {"title": "现场实测", "figure0": "五 kg"})
    assert bad.status_code == 200
    assert "not one number" in bad.content.decode()
    assert theirs.post(f"{page}evidence/figures/", {"title": "现场实测"}).status_code == 200
    sent = {"title": "现场实测", "figure0": "5400 g", "figure1": "-18"}
    assert theirs.post(f"{page}evidence/figures/", sent).status_code == 302
    made = trial.evidence.get(kind="figures")
    assert "disabled" in ours.get(page).content.decode(), "it is not verified yet"
    enter(province).post(f"{page}evidence/{made.pk}/verify")
    ours.post(f"{page}advance")
    trial.refresh_from_db()
    assert trial.state == "conversion"
    assert "javascript" not in theirs.post(
        f"{page}evidence/link/", {"title": "投用批次", "link": "javascript:alert(1)"}
    ).headers.get("Location", "")
    assert not trial.evidence.filter(kind="link").exists()


def test_a_report_of_the_workbench_is_copied(enter, trial, owner, maker):
    """The other side gets the copy, never the product; another's report cannot be named."""
    from qilian.portal.scenarios.commands import trials
    from qilian.portal.workbench.models import Evidence, Product

    trials.move(trial, "accept", maker)
    product = Product.objects.create(
        organisation=owner.organisation, identifier="p", name="机器人", on=date(2026, 12, 1)
    )
    report = Evidence.objects.create(product=product, name="r.json", content=b"{}", size=2, sha256="0" * 64, reports=[])
    page = f"/scenarios/trials/{trial.pk}/evidence/report/"
    sent = {"title": "已有检测报告", "report": report.pk}
    assert enter(maker).post(page, sent).status_code == 200, "it is none of the maker's"
    assert enter(owner).post(page, sent).status_code == 302
    made = trial.evidence.get()
    assert (bytes(made.file), made.file_name) == (b"{}", "r.json")


def test_a_regulator_counts_the_steps(enter, cast, trial, maker, province):
    from qilian.portal.scenarios.commands import trials
    from qilian.portal.scenarios.views.trials import by_division, by_step

    trials.move(trial, "accept", maker)
    assert dict(by_step(province))["research"] == 1
    assert dict(by_step(cast.actor("regulator", "jiangsu", region="320000")))["research"] == 0
    ((city, counted),) = by_division(province)
    assert "杭州" in city
    assert counted == [0, 1, 0, 0, 0, 0, 0]
    page = enter(province).get("/scenarios/trials/").content.decode()
    assert "按场景所在市统计" in page


def test_the_demo_has_a_trial_at_each_step(library, cast):
    from qilian.portal import demo
    from qilian.portal.scenarios.models import STEPS, Posting, Trial

    list(demo.fill())
    count = Posting.objects.count()
    list(demo.fill())
    assert Posting.objects.count() == count, "run again it changes nothing"
    assert set(Trial.objects.values_list("state", flat=True)) == {"asked", *STEPS, "converted"}
    assert not Posting.objects.filter(is_sample=False).exists()
