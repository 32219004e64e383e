"""The front page's example is what the planner answers: planned again here and compared.

Of several paths that take equally few days a busy machine may find a dearer one, so price and laboratories are not
compared.
"""

import json
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qilian.cli import app


def test_the_example_is_what_the_planner_answers(repository: Path, tmp_path: Path, monkeypatch):
    from qilian.portal.site.example import cut

    monkeypatch.setenv("QILIAN_HOME", str(tmp_path))
    product = str(repository / "examples" / "products" / "unitree-g1.yaml")
    asked = ["plan", product, "--market", "CN", "--market", "EU", "--on", "2026-12-01", "--home", "杭州", "--json"]
    answer = CliRunner().invoke(app, asked)
    assert answer.exit_code == 0, answer.output
    kept = json.loads((resources.files("qilian.portal.site") / "example.json").read_text(encoding="utf-8"))
    planned = cut(json.loads(answer.stdout))
    for figure in ("product", "on", "applies", "undecided", "tests", "days", "proven"):
        assert planned[figure] == kept[figure], figure
    done = [sorted((step["test"]["en"], step["unit"][0]) for step in each["steps"]) for each in (planned, kept)]
    assert done[0] == done[1]


def test_the_kept_figures_are_those_of_the_kept_path():
    kept = json.loads((resources.files("qilian.portal.site") / "example.json").read_text(encoding="utf-8"))
    assert kept["laboratories"] == len({step["laboratory"]["en"] for step in kept["steps"]})
    last = max(datetime.fromisoformat(step["end"]) for step in kept["steps"])
    assert kept["days"] == pytest.approx((last - datetime.fromisoformat(kept["on"])) / timedelta(days=1), abs=0.001)


def test_the_picture_shows_every_step_within_its_frame():
    from qilian.portal.site.example import example

    shown = example()
    steps = json.loads((resources.files("qilian.portal.site") / "example.json").read_text(encoding="utf-8"))["steps"]
    assert sum(box.shade is not None for box in shown.boxes) == len(steps)
    for box in shown.boxes:
        assert shown.left <= box.x
        assert box.x + box.width <= shown.width + 3
        assert shown.top <= box.y
        assert box.y + box.height <= shown.height
