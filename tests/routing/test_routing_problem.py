"""A problem refuses data that no plan could be made from, and says what and where."""

from dataclasses import replace

import pytest

from qilian.routing import Bench, InvalidProblem, Option, Problem, Product, Test, generate

DAY = ((8, 18), (32, 42))
BENCH = Bench("b0", "lab0", "A", DAY)
TEST = Test("t0", True, False, (Option("b0", 4, 100),))
PRODUCT = Product("p0", "A", 1, (TEST,))
PROBLEM = Problem(
    100, ("A", "B"), ((2, 5), (5, 2)), ((0.0, 80.0), (80.0, 0.0)), ((60, 240), (240, 60)), (BENCH,), (PRODUCT,)
)


def with_product(**changes):
    return replace(PROBLEM, products=(replace(PRODUCT, **changes),))


def with_test(**changes):
    return with_product(tests=(replace(TEST, **changes),))


SECOND = replace(TEST, id="t1")
FAULTS = {
    "horizon": lambda: replace(PROBLEM, horizon=0),
    "unknown city": lambda: replace(PROBLEM, benches=(replace(BENCH, city="C"),)),
    "bench b0 is there twice": lambda: replace(PROBLEM, benches=(BENCH, BENCH)),
    "city A is there twice": lambda: replace(PROBLEM, cities=("A", "A")),
    "test t0 is there twice": lambda: with_product(tests=(TEST, TEST)),
    "not 2 x 2": lambda: replace(PROBLEM, transfer_km=((0.0, 1.0),)),
    "from A to B is -5": lambda: replace(PROBLEM, transfer_hours=((2, -5), (5, 2))),
    "from B to A is nan": lambda: replace(PROBLEM, transfer_km=((0.0, 1.0), (float("nan"), 0.0))),
    "no products": lambda: replace(PROBLEM, products=()),
    "unknown home": lambda: with_product(home="C"),
    "0 sample units": lambda: with_product(sample_units=0),
    "no tests": lambda: with_product(tests=()),
    "2 destructive tests for 1": lambda: with_product(
        tests=(replace(TEST, destructive=True), replace(SECOND, destructive=True))
    ),
    "no options": lambda: with_test(options=()),
    "unknown bench": lambda: with_test(options=(Option("b9", 4, 100),)),
    "-4 hours": lambda: with_test(options=(Option("b0", -4, 100),)),
    "price -1": lambda: with_test(options=(Option("b0", 4, -1),)),
    "fits an opening": lambda: with_test(options=(Option("b0", 11, 100),)),
    "precedence of unknown test": lambda: with_product(precedence=(("t0", "t7"),)),
    "circle through t0, t1": lambda: with_product(tests=(TEST, SECOND), precedence=(("t0", "t1"), ("t1", "t0"))),
    "circle through t0": lambda: with_product(precedence=(("t0", "t0"),)),
    "staffed [8, 8)": lambda: replace(PROBLEM, benches=(Bench("b0", "lab0", "A", ((8, 8),)),)),
    "busy [-1, 8)": lambda: replace(PROBLEM, benches=(Bench("b0", "lab0", "A", DAY, ((-1, 8),)),)),
}


@pytest.mark.parametrize("words", FAULTS)
def test_a_fault_is_refused_in_one_line_that_names_it(words):
    with pytest.raises(InvalidProblem) as caught:
        FAULTS[words]()
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_option_that_fits_no_opening_is_allowed_beside_one_that_does():
    """A laboratory with short hours is no reason to refuse the whole problem."""
    short = Bench("b1", "lab1", "A", ((8, 9),))
    options = (Option("b1", 4, 50), Option("b0", 4, 100))
    problem = replace(
        PROBLEM, benches=(BENCH, short), products=(replace(PRODUCT, tests=(replace(TEST, options=options),)),)
    )
    assert problem.products[0].tests[0].options == options


@pytest.mark.parametrize("seed", range(5))
def test_the_generator_gives_the_same_problem_for_a_seed(seed):
    assert generate(8, 12, seed, units=3, products=2) == generate(8, 12, seed, units=3, products=2)
    assert generate(8, 12, seed) != generate(8, 12, seed + 1)
