"""What a figure and help come to, as rules over any figures and limits."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from qilian.evaluation import Direction
from qilian.portal.leading.judging import Figure, Limits, Standing, Verdict, standing, verdict

values = st.decimals(-1000, 1000, places=3)
doubts = st.decimals(0, 50, places=3)
figures = st.builds(Figure, values, doubts)
exact = st.builds(Figure, values)
limits = st.tuples(values, values).map(lambda pair: Limits(min(pair), max(pair)))
ways = st.one_of(
    limits, st.builds(Limits, values, st.none()), st.builds(Limits, st.none(), values), st.sampled_from(Direction)
)
OPPOSITE = {Verdict.IMPROVED: Verdict.NOT_IMPROVED, Verdict.NOT_IMPROVED: Verdict.IMPROVED}


@given(figures, limits)
def test_a_figure_without_doubt_is_never_undecided_and_one_with_doubt_only_near_a_limit(figure: Figure, found: Limits):
    sure = Figure(figure.value)
    inside = found.lower <= figure.value <= found.upper
    assert standing(sure, found) is (Standing.MET if inside else Standing.MISSED)
    said = standing(figure, found)
    assert said in (standing(sure, found), Standing.UNKNOWN), "doubt withholds a word, it never turns it"
    far = min(abs(figure.value - found.lower), abs(figure.value - found.upper)) > figure.uncertainty
    assert not far or said is not Standing.UNKNOWN


@given(exact, exact, ways)
def test_what_improves_one_way_does_not_improve_the_other_way(one: Figure, other: Figure, better):
    there, back = verdict(one, other, better), verdict(other, one, better)
    if Verdict.IMPROVED in (there, back):
        assert OPPOSITE[there] is back
    else:
        assert there is back, "the same figure, or nothing says what is better"


@given(figures, figures, ways)
def test_doubt_only_ever_withholds_a_verdict(before: Figure, after: Figure, better):
    said = verdict(before, after, better)
    assert said in (verdict(Figure(before.value), Figure(after.value), better), Verdict.UNKNOWN)


@given(figures, ways)
def test_what_is_not_there_cannot_be_told(figure: Figure, better):
    assert verdict(None, figure, better) is verdict(figure, None, better) is Verdict.UNKNOWN
    assert verdict(figure, figure, None) is Verdict.UNKNOWN
    assert verdict(figure, figure, Limits()) is Verdict.UNKNOWN
    assert standing(figure, Limits()) is Standing.UNKNOWN
    assert standing(None, Limits(upper=Decimal(1))) is standing(figure, None) is Standing.UNKNOWN


def test_cases_by_hand():
    """At most 1: 1.6 to 0.9 is better, also 0.9 to 0.7; between 8 and 10: what stays inside tells nothing."""
    most, range_ = Limits(upper=Decimal(1)), Limits(Decimal(8), Decimal(10))

    def say(before: str, after: str, better, doubt: str = "0") -> Verdict:
        return verdict(Figure(Decimal(before), Decimal(doubt)), Figure(Decimal(after), Decimal(doubt)), better)

    assert say("1.6", "0.9", most) is say("0.9", "0.7", most) is Verdict.IMPROVED
    assert say("0.7", "0.7", most) is say("0.7", "0.8", most) is Verdict.NOT_IMPROVED
    assert say("9", "8.5", range_) is Verdict.UNKNOWN
    assert say("12", "9", range_) is say("7", "10.5", range_) is Verdict.IMPROVED
    assert say("9", "12", range_) is Verdict.NOT_IMPROVED
    assert say("1.6", "1.5", most, "0.1") is Verdict.UNKNOWN, "0.1 apart, 0.14 in doubt"
    assert say("90", "95", Direction.MORE) is say("5", "4", Direction.LESS) is Verdict.IMPROVED
    assert say("5", "4", Direction.RANGE) is Verdict.UNKNOWN
