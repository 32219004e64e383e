"""A laboratory's scope table: read in the background, every row accounted for, nobody else's touched."""

import io
import shutil

import pytest

HEADER = "object,parameter,standard,limit\n"
GOOD = "机器人,位姿准确度,ISO 9283:1998,≤ 50 kg\n"
TOO_LITTLE = "机器人,,,\n"
TOO_SHORT = "机器人,噪声\n"


@pytest.fixture(autouse=True)
def no_scopes(home):
    """Begin and end without scopes in the data folder."""
    from qilian.portal.home import SCOPES_FOLDER

    shutil.rmtree(home / SCOPES_FOLDER, ignore_errors=True)
    yield
    shutil.rmtree(home / SCOPES_FOLDER, ignore_errors=True)


@pytest.fixture
def upload():
    """Return what uploads a table as a browser's member and lets the job run."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    def send(client, content: str | bytes, name: str = "scope.csv", run: bool = True):
        from qilian.portal.jobs.models import Job
        from qilian.portal.jobs.running import run as work

        content = content if isinstance(content, bytes) else (HEADER + content).encode()
        before = set(Job.objects.values_list("pk", flat=True))
        answer = client.post("/laboratories/own/scope/", {"file": SimpleUploadedFile(name, content)})
        made = Job.objects.exclude(pk__in=before).first()
        if made and run:
            work.func(made.pk)
            made.refresh_from_db()
        return answer, made

    return send


def test_every_row_is_accounted_for_with_line_reason_and_mend(member, upload, laboratory):
    answer, job = upload(member, GOOD + TOO_LITTLE + GOOD + TOO_SHORT)
    assert (answer.status_code, job.state, job.result) == (302, "done", {"url": "/laboratories/own/scope/"})
    table = laboratory.scope_tables.get()
    assert (table.taken, table.unread, table.columns) == (2, 2, "plain")
    assert table.in_force
    page = member.get(f"/laboratories/own/scope/{table.pk}/").content.decode()
    assert '<th scope="row">3</th>' in page
    assert "fill in at least two of object, parameter and standard" in page
    assert '<th scope="row">5</th>' in page
    assert "2 cells under 4 columns" in page
    taken = member.get(f"/laboratories/own/scope/{table.pk}/", {"part": "taken"}).content.decode()
    assert "mass ..50 kg" in taken
    assert "ISO 9283:1998" in taken


def test_limits_that_nobody_understood_are_listed_too(member, upload, laboratory):
    upload(member, GOOD + "机器人,噪声,GB/T 1,3 次\n")
    page = member.get(f"/laboratories/own/scope/{laboratory.scope_tables.get().pk}/", {"part": "doubtful"})
    assert "3 次" in page.content.decode()
    assert "no known unit" in page.content.decode()
    assert "位姿准确度" not in page.content.decode()


def test_unread_rows_are_downloaded_as_csv_that_is_no_formula(member, upload, laboratory):
    upload(member, GOOD + '"=HYPERLINK(1)",,,\n')
    answer = member.get(f"/laboratories/own/scope/{laboratory.scope_tables.get().pk}/unread.csv")
    text = answer.content.decode("utf-8-sig")
    assert "attachment" in answer["Content-Disposition"]
    assert text.splitlines()[0] == "line,reason,mend,row"
    assert text.splitlines()[1].startswith("3,")
    assert "'=HYPERLINK(1)" in text


def test_what_is_uploaded_is_found_by_who_asks_and_on_the_page(member, upload, cast):
    upload(member, "quantum gripper,Flux capacity,ISO 9283:1998,≤ 50 kg\n")
    visitor = cast.client("anonymous")
    visitor.cookies["language"] = "en"
    page = visitor.get("/laboratories/match", {"text": "flux capacity quantum gripper"}).content.decode()
    assert "In the scope tables" in page
    assert "In the network" in page
    found = page[page.index("In the scope tables") :]
    assert "Flux capacity" in found
    assert 'href="/laboratories/zj-robot/"' in found
    near = visitor.get("/laboratories/match", {"text": "flux capacity quantum gripper", "limits": "60 kg"})
    assert "outside by 10 kg" in near.content.decode()
    lines = visitor.get("/laboratories/zj-robot/lines", {"scope": "uploaded", "text": "flux"}).content.decode()
    assert "Flux capacity" in lines
    assert "zj-robot" in visitor.get("/laboratories/", {"text": "flux capacity"}).content.decode()


def test_two_laboratories_do_not_mix_and_a_new_table_replaces_the_own_one(member, stranger, upload, home):
    from qilian.laboratories.scopes import open_scopes
    from qilian.portal.home import SCOPES_FOLDER
    from qilian.portal.network.models import ScopeRow, ScopeTable

    upload(member, GOOD * 3)
    upload(stranger, GOOD * 2)
    upload(member, GOOD)
    assert open_scopes(home / SCOPES_FOLDER).line_count == 3
    assert sorted(ScopeTable.objects.values_list("laboratory__code", "taken")) == [("zj-emc", 2), ("zj-robot", 1)]
    assert ScopeRow.objects.count() == 3
    other = ScopeTable.objects.get(laboratory__code="zj-emc")
    for address in (f"/laboratories/own/scope/{other.pk}/", f"/laboratories/own/scope/{other.pk}/unread.csv"):
        assert member.get(address).status_code == 404


def test_a_table_without_a_readable_row_leaves_the_one_before_in_force(member, upload, laboratory, home):
    from qilian.laboratories.scopes import open_scopes
    from qilian.portal.home import SCOPES_FOLDER

    upload(member, GOOD)
    upload(member, TOO_LITTLE)
    assert open_scopes(home / SCOPES_FOLDER).line_count == 1
    newest, before = laboratory.scope_tables.all()
    assert (newest.in_force, newest.unread) == (None, 1)
    assert before.in_force
    assert "Not one row" in member.get("/laboratories/own/scope/").content.decode()


def test_a_table_that_is_cancelled_or_fails_leaves_nothing_behind(member, upload, laboratory, monkeypatch):
    from qilian.portal.jobs import running
    from qilian.portal.network.models import ScopeRow

    upload(member, GOOD)
    monkeypatch.setattr(running, "_SECONDS_BETWEEN_WRITES", 0)
    _, job = upload(member, GOOD * 1200, run=False)

    def heard_after_a_while(self, done: int, total: int = 0) -> None:
        if done > 30:
            running.cancel(self.job)
        report(self, done, total)

    report = running.Running.report
    monkeypatch.setattr(running.Running, "report", heard_after_a_while)
    running.run.func(job.pk)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert 0 < job.done <= 100
    assert ScopeRow.objects.count() == 1
    page = member.get("/laboratories/own/scope/").content.decode()
    assert "Cancelled; the table before stays in force" in page
    answer, made = upload(member, b"a,b,c\n1,2,3\n")
    assert made is None
    assert "no known kind of table" in answer.content.decode()
    assert laboratory.scope_tables.filter(in_force__isnull=False).get().taken == 1


def test_while_one_is_read_another_one_waits(member, upload, laboratory):
    _, first = upload(member, GOOD, run=False)
    answer, second = upload(member, GOOD, run=False)
    assert second is None
    assert "being read already" in answer.content.decode()
    page = member.get("/laboratories/own/scope/").content.decode()
    assert f"/jobs/{first.pk}/cancel" in page
    member.post(f"/jobs/{first.pk}/cancel")
    assert upload(member, GOOD)[1].state == "done"


def test_a_spreadsheet_is_read_and_what_is_none_is_refused(member, upload, laboratory):
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["检测对象", "检测项目", "检测标准", "限制范围"])
        sheet.write_row(1, 0, ["机器人", "位姿准确度", "GB/T 12642-2013", "-40~85 ℃"])
    _, job = upload(member, stream.getvalue(), "scope.xlsx")
    assert job.state == "done"
    assert laboratory.scope_tables.get().rows.get().limits == ["temperature -40..85 degC"]
    for content in (b"%PDF-1.7", b"", b"<html>"):
        answer, job = upload(member, content)
        assert job is None
        assert 'id="id_file_error"' in answer.content.decode()


def test_a_laboratory_is_reminded_of_what_was_not_read(member, upload):
    assert "/laboratories/own/scope/" in member.get("/").content.decode()
    upload(member, GOOD + TOO_LITTLE)
    assert "were not read" in member.get("/").content.decode()
