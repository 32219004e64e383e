"""A plan beside national scopes: how many laboratories hold each test, while the itinerary stays with the network."""

import json
from datetime import date
from importlib.resources import files

import jsonschema
import pytest

from qilian.laboratories.scopes import Matcher, import_scopes, open_scopes
from qilian.planning import make_plan, plan_to_data, write_html
from qilian.product import read_product

ON = date(2026, 12, 1)
QUICK = 0.05
TABLE = """\
laboratory,object,parameter,standard,limit
Lab A,Electrical equipment of machines,Functional tests,IEC 60204-1:2016,
Lab B,机械电气设备,功能试验,GB/T 5226.1-2019,
Lab C,Electrical equipment of machines,Functional tests,IEC 60335-1:2020,
Lab D,锂电池,高度模拟,UN38.3,
"""


@pytest.fixture(scope="module")
def g1(pack, repository):
    return read_product(repository / "examples/products/unitree-g1.yaml", pack.vocabulary)


@pytest.fixture(scope="module")
def national(pack, g1, tmp_path_factory):
    """A plan with a small national table imported."""
    folder = tmp_path_factory.mktemp("national")
    (folder / "national.csv").write_text(TABLE, encoding="utf-8")
    import_scopes(folder / "national.csv", folder / "home")
    scopes = Matcher(open_scopes(folder / "home"), catalogue=pack.catalogue)
    return make_plan(g1, pack, ["CN", "EU"], ON, home="杭州", scopes=scopes, limit_seconds=QUICK)


def test_each_test_says_who_holds_it_nationwide_and_fits_the_schema(national):
    """Two laboratories hold the functional test, one the altitude simulation; other standards do not count."""
    data = json.loads(json.dumps(plan_to_data(national)))
    schema = json.loads((files("qilian.planning") / "schemas/plan.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(data, schema)
    held = {test["id"]: test["national"] for test in data["tests"]}
    assert {one["id"] for one in held["T-60204-FUN"]["laboratories"]} == {"Lab A", "Lab B"}
    assert held["T-60204-FUN"]["laboratories"][0]["lines"][0]["row"].startswith("national.csv:")
    assert [one["id"] for one in held["T-UN383-T1"]["laboratories"]] == ["Lab D"]
    assert held["T-60204-FUN"]["accreditation_checked"] is False
    assert all(found is None or found["count"] >= len(found["laboratories"]) for found in held.values())


def test_what_can_be_booked_is_still_the_networks(national, pack, g1):
    """National scopes change neither the matches nor the laboratories of the itinerary."""
    alone = make_plan(g1, pack, ["CN", "EU"], ON, home="杭州", limit_seconds=QUICK)
    assert alone.national is None
    assert all(test["national"] is None for test in plan_to_data(alone)["tests"])
    assert national.matches == alone.matches
    network = {laboratory.id for laboratory in pack.network.laboratories}
    assert {step.laboratory.id for step in national.itinerary.steps} <= network


def test_the_reports_show_it_with_its_reservation(national):
    """The HTML report names a holder with its line, and says that the scope tables know no accreditation."""
    page = write_html(national, "zh")
    assert "全国 2 家" in page
    assert "Lab A" in page
    assert "未核对认可" in page


def test_the_command_line_takes_imported_scopes(qilian, tmp_path, repository):
    """After `labs import`, `plan` counts nationwide; before it, nothing is said."""
    command = ("plan", repository / "examples/products/unitree-g1.yaml", "--market", "CN", "--on", "2026-12-01")
    before = qilian(*command, "--limit", "0.05", "--json")
    assert before.returncode == 0, before.stderr
    assert all(test["national"] is None for test in json.loads(before.stdout)["tests"])
    (tmp_path / "national.csv").write_text(TABLE, encoding="utf-8")
    assert qilian("labs", "import", "national.csv").returncode == 0
    after = json.loads(qilian(*command, "--limit", "0.05", "--json").stdout)
    assert max(test["national"]["count"] for test in after["tests"] if test["national"]) >= 1
    text = qilian(*command, "--limit", "0.05", "--lang", "en").stdout
    assert "nationwide" in text
