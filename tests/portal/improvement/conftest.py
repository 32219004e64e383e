"""A provincial regulator, a city's, and firms in two cities, as the tests of improvement need them."""

from datetime import date, timedelta

import pytest

WHAT = {"title": "谐波减速器精度衰减快", "words": "运行三千小时后回差超过两角分。"}


@pytest.fixture
def province(cast):
    """A person of the regulator of Zhejiang."""
    return cast.actor("regulator")


@pytest.fixture
def ningbo(cast):
    """A person of the regulator of Ningbo, a city below."""
    return cast.actor("regulator", "ningbo", region="330200")


@pytest.fixture
def firm(cast):
    """A person of a firm in Binjiang district, Hangzhou."""
    return cast.actor("firm", region="330108")


@pytest.fixture
def ningbo_firm(cast):
    """A person of a firm in Haishu district, Ningbo."""
    return cast.actor("firm", "ningbo", region="330203")


@pytest.fixture
def ahead() -> date:
    """A working day some weeks ahead."""
    from django.utils import timezone

    from qilian.laboratories import working_days

    return working_days.after(timezone.localdate(), 15)


@pytest.fixture
def survey(province, ahead):
    """A published survey of the province with one question."""
    from qilian.portal.improvement.commands import surveys
    from qilian.portal.improvement.parts import write
    from qilian.portal.improvement.questions import Question

    row = surveys.draft(province)
    surveys.add_question(row, Question("", "每年因此损失多少万元？", "number", (), True))
    surveys.add_question(row, Question("", "试过哪些办法？", "choices", ("换供应商", "加检验", "改设计")))
    write(row, {"title": "减速器质量诉求调查", "closes": ahead, "node": "harmonic-reducer"})
    surveys.publish(row, province)
    return row


@pytest.fixture
def send():
    """Send a demand of a firm: fields of the row, and the actor of the firm."""
    from qilian.portal.improvement.commands import demands
    from qilian.portal.improvement.parts import write

    def do(actor, survey=None, **fields):
        row = demands.draft(actor, actor.organisation, survey)
        answers = {"answers": {"q1": "12"}} if survey else {}
        write(row, {**WHAT, "urgency": 2, **answers, **fields})
        demands.raise_demand(row, actor)
        return row

    return do


@pytest.fixture
def yesterday() -> date:
    """The day before today."""
    from django.utils import timezone

    return timezone.localdate() - timedelta(1)
