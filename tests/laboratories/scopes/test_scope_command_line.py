"""`qilian labs` as a user meets it: import a table with noise, then ask in Chinese and in English."""

import json

TABLE = """\
laboratory,object,parameter,standard,limit
Lab A,Household appliances,Insulation resistance,IEC 60335-1:2020,0-1000 V
Lab B,Robots,Pose accuracy,ISO 9283:1998,<= 50 kg
Lab C,Robots,,,
"""


def test_scopes_are_imported_accounted_for_and_found_in_both_languages(qilian, tmp_path):
    """Three rows, one unread; the Chinese name of a test finds the English line; a limit makes a near miss."""
    (tmp_path / "scopes.csv").write_text(TABLE, encoding="utf-8")
    imported = qilian("labs", "import", "scopes.csv", "--lang", "en")
    assert imported.returncode == 0, imported.stderr
    assert "3 rows, 2 taken, 1 unread" in imported.stdout
    found = qilian("labs", "match", "位姿准确度", "--json")
    assert found.returncode == 0, found.stderr
    data = json.loads(found.stdout)
    assert [each["id"] for each in data["laboratories"]] == ["Lab B"]
    assert data["laboratories"][0]["lines"][0]["parameter"] == "Pose accuracy"
    missed = qilian("labs", "match", "insulation resistance", "--limit", "voltage=5000V", "--json")
    assert missed.returncode == 1
    assert {each["id"] for each in json.loads(missed.stdout)["near_misses"]} == {"Lab A"}


def test_a_table_of_another_kind_is_read_by_naming_its_columns(qilian, tmp_path):
    """Fields are mapped on the command line, and a wrong map is one clear line."""
    (tmp_path / "own.csv").write_text("产品,项目,方法\n机器人,位姿准确度,ISO 9283:1998\n", encoding="utf-8")
    columns = ["--column", "object=产品", "--column", "parameter=项目"]
    bad = qilian("labs", "import", "own.csv", "--laboratory", "L1", *columns, "--column", "standard")
    assert bad.returncode == 2
    assert len(bad.stderr.strip().splitlines()) == 1
    good = qilian("labs", "import", "own.csv", "--laboratory", "L1", *columns, "--column", "standard=方法")
    assert good.returncode == 0, good.stderr
    found = json.loads(qilian("labs", "match", "pose accuracy", "--json").stdout)
    assert [each["id"] for each in found["laboratories"]] == ["L1"]
    assert (found["count"], found["complete"]) == (1, True)


def test_a_standard_without_a_day_is_judged_today_by_library_and_pack(qilian, tmp_path):
    """The edition of today is asked for: the library knows it, where the pack's own table does not."""
    catalogue = "number,title_en,published,status,replaces\n{}"
    rows = [
        "GB/T 99999-2020,Samples,2020-03-06,current,GB/T 99999-2008",
        "GB/T 99999-2008,Samples,2008-01-01,superseded,",
    ]
    (tmp_path / "national.csv").write_text(catalogue.format("\n".join(rows)), encoding="utf-8")
    lines = "laboratory,object,parameter,standard\nOld,Samples,Wear,GB/T 99999-2008\nNew,Samples,Wear,GB/T 99999-2020\n"
    (tmp_path / "scopes.csv").write_text(lines, encoding="utf-8")
    assert qilian("labs", "import", "scopes.csv").returncode == 0
    ask = ("labs", "match", "wear", "--standard", "GB/T 99999", "--json")
    before = json.loads(qilian(*ask).stdout)
    assert {each["id"] for each in before["laboratories"]} == {"Old", "New"}
    assert qilian("standards", "import", "national.csv").returncode == 0
    after = json.loads(qilian(*ask).stdout)
    assert [each["id"] for each in after["laboratories"]] == ["New"]
    assert [(each["id"], each["limit"]) for each in after["near_misses"]] == [("Old", "edition")]


def test_bad_input_is_one_clear_line(qilian, tmp_path):
    """No such table, an empty demand, a limit or a tier that is none, nothing imported yet."""
    for arguments in (
        ("import", "nowhere.csv"),
        ("match", " "),
        ("match", "robot", "--limit", "strong"),
        ("match", "robot", "--tier", "national"),
        ("match", "robot"),
    ):
        result = qilian("labs", *arguments)
        assert result.returncode == 2, (arguments, result.stdout)
        assert len(result.stderr.strip().splitlines()) == 1, result.stderr
