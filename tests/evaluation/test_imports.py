"""What a command has to load: a plan no arrays, a score no plotting library, a replay no weightings."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("program", "unwanted"),
    [
        ("import qilian.content, qilian.cli", {"numpy", "numba", "pymcdm"}),
        ("import qilian.evaluation", {"numba", "pymcdm", "pydantic"}),
        (
            "from pathlib import Path; from qilian.content import load_systems\n"
            "from qilian.evaluation import Drawing, read_figures, score\n"
            "from dataclasses import replace; from qilian.evaluation.systems import Weighting\n"
            "system = replace(load_systems('robots')['602520'], weighting=Weighting.GIVEN)\n"
            "score(read_figures(Path(sys.argv[1]), system), system, Drawing(draws=2))",
            {"pymcdm", "matplotlib", "pandas"},
        ),
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(repository, program, unwanted):
    """In a process of its own; pymcdm brings pandas and matplotlib, which take seconds."""
    table = repository / "examples/evaluation/602520-2026-Q4.csv"
    asked = f"import sys\n{program}\nprint(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", asked, str(table)], capture_output=True, text=True, check=True, timeout=120
    )
    assert "qilian" in result.stdout
    assert not unwanted & set(result.stdout.split())
