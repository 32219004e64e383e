"""Who tests when: a :class:`Problem` of products, benches and ways between cities, a :class:`Plan` with its bound.

``solve(problem, objective)`` finds a plan, ``verify(problem, plan)`` judges it by itself. Importing this room is light:
the solvers are loaded by the first call.
"""

from qilian.routing.errors import Infeasible, InvalidProblem, NoPlanFound, RoutingError, UnreadableFile
from qilian.routing.files import plan_to_data, read_plan, read_problem, write_plan, write_problem
from qilian.routing.generator import generate
from qilian.routing.plan import OBJECTIVES, Assignment, Objective, Plan
from qilian.routing.problem import Bench, Option, Problem, Product, Test
from qilian.routing.solver import DEFAULT_LIMIT_SECONDS, Progress, alone_hours, solve
from qilian.routing.verification import Violation, evaluate, verify

__all__ = [
    "DEFAULT_LIMIT_SECONDS",
    "OBJECTIVES",
    "Assignment",
    "Bench",
    "Infeasible",
    "InvalidProblem",
    "NoPlanFound",
    "Objective",
    "Option",
    "Plan",
    "Problem",
    "Product",
    "Progress",
    "RoutingError",
    "Test",
    "UnreadableFile",
    "Violation",
    "alone_hours",
    "evaluate",
    "generate",
    "plan_to_data",
    "read_plan",
    "read_problem",
    "solve",
    "verify",
    "write_plan",
    "write_problem",
]
