"""Which question to ask first: in comes an assessment, out come the unknown parameters, the most deciding first.

For each unknown parameter that an undecided rule waits for, every typical answer is tried: what follows from it is
added, and the rules that newly decide are weighed and averaged over the answers. A question whose every answer takes
something for granted ("which radio bands?") waits for the question about that ("is there radio?").
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from qilian.compliance.answers import all_answers, by_parameter, typical_answers
from qilian.compliance.assessment import Assessment, Obligation
from qilian.compliance.conditions import Truth, comparisons
from qilian.compliance.implying import close
from qilian.compliance.rules import ObligationKind
from qilian.product import ParameterValue

WEIGHTS = {ObligationKind.MANDATORY: 3.0, ObligationKind.PRESUMPTION: 2.0}
"""What deciding a rule is worth: a mandatory one three, a presumption of conformity two, any other one."""


@dataclass(frozen=True, slots=True)
class Question:
    """An unknown parameter and what an answer would decide.

    Attributes
    ----------
    decides
        Ids of the rules that at least one answer decides, in the order of the assessment.
    score
        Weight of the rules that an answer decides, averaged over the typical answers; see :data:`WEIGHTS`. What
        another question takes for granted has at least the score of that one.
    """

    parameter: str
    decides: tuple[str, ...]
    score: float


def rank_questions(assessment: Assessment) -> tuple[Question, ...]:
    """Return the questions whose answers would decide at least one rule, the most deciding first.

    Equal scores are ordered by how many rules can be decided, then by parameter id. What a question takes for granted
    is asked before it, if that decides a rule, too.
    """
    undecided = assessment.undecided
    waiting: dict[str, list[Obligation]] = defaultdict(list)
    for obligation in undecided:
        for name in dict.fromkeys(comparison.parameter for comparison in comparisons(obligation.rule.when)):
            if name not in assessment.values:
                waiting[name].append(obligation)
    mentions = by_parameter(
        [*(obligation.rule.when for obligation in undecided), *(pending.when for pending in assessment.pending)]
    )
    triggers = frozenset(by_parameter(pending.when for pending in assessment.pending))
    asked = dict.fromkeys(name for obligation in undecided for name in obligation.missing)
    questions = []
    for name in asked:
        answers = typical_answers(assessment.vocabulary[name], mentions[name])
        question = _weigh(assessment, name, answers, waiting, triggers)
        if question.decides:
            questions.append(question)
    questions.sort(key=lambda each: (-each.score, -len(each.decides), each.parameter))
    return _in_order_of_sense(questions, assessment, triggers)


def _in_order_of_sense(
    questions: list[Question], assessment: Assessment, triggers: frozenset[str]
) -> tuple[Question, ...]:
    """Put what a question takes for granted before it, with at least its score."""
    by_name = {question.parameter: question for question in questions}
    ordered: dict[str, Question] = {}

    def put(question: Question, score: float, waiting: frozenset[str]) -> None:
        for name in _granted(question.parameter, by_name, assessment, triggers):
            if name not in ordered and name not in waiting:
                put(by_name[name], score, waiting | {name})
        ordered[question.parameter] = replace(question, score=max(question.score, score))

    for question in questions:
        if question.parameter not in ordered:
            put(question, question.score, frozenset({question.parameter}))
    return tuple(ordered.values())


def _granted(
    name: str, questions: Collection[str], assessment: Assessment, triggers: frozenset[str]
) -> tuple[str, ...]:
    """Return the yes-or-no questions that every answer to ``name`` answers with yes by the pending implications.

    A yes-or-no question takes nothing for granted, and of a set the empty answer does not count: it says that there is
    nothing to tell.
    """
    parameter = assessment.vocabulary[name]
    if name not in triggers or parameter.kind == "boolean":
        return ()
    mentions = by_parameter(pending.when for pending in assessment.pending)[name]
    answers: Sequence[ParameterValue] = (
        [frozenset({choice}) for choice in parameter.choice_ids]
        if parameter.kind == "set"
        else all_answers(parameter, mentions)
    )
    closures = [close({**assessment.values, name: answer}, assessment.pending) for answer in answers]
    implied = [closure.implied for closure in closures if not closure.contradictions]
    return tuple(
        other for other in questions if implied and all(other in news and news[other].value is True for news in implied)
    )


def _weigh(
    assessment: Assessment,
    name: str,
    answers: Iterable[ParameterValue],
    waiting: dict[str, list[Obligation]],
    triggers: frozenset[str],
) -> Question:
    decided: set[str] = set()
    weight = 0.0
    possible = 0
    for answer in answers:
        values = {**assessment.values, name: answer}
        news = [name]
        if name in triggers:
            closure = close(values, assessment.pending)
            if closure.contradictions:  # what is known rules this answer out
                continue
            values = closure.values
            news.extend(closure.implied)
        possible += 1
        affected = {obligation.rule.id: obligation.rule for new in news for obligation in waiting.get(new, ())}
        for rule in affected.values():
            if rule.when.verdict(values).truth is not _UNDECIDED:
                decided.add(rule.id)
                weight += WEIGHTS.get(rule.kind, 1.0)
    order = tuple(o.rule.id for o in assessment.obligations if o.rule.id in decided) if decided else ()
    return Question(name, order, weight / possible if possible else 0.0)


_UNDECIDED = Truth.UNDECIDED  # an enum's attribute is slow to reach
