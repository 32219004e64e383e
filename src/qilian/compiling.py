"""A typed door to numba, for the rooms that compute in loops: in goes a plain function, out comes its compiled self."""

from collections.abc import Callable
from importlib import import_module
from typing import TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile a function at its first call, and keep the result on disk; sums stay in the order they are written."""
    numba = import_module("numba")
    wrap = cast("Callable[[Function], Function]", numba.njit(cache=True, nogil=True))
    return wrap(function)
