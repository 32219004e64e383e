"""Whole journeys in a real browser, in both languages: a newcomer, two regulators, two who follow a standard."""

import email
import email.policy
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

WORDS = {
    "zh-hans": {"kind": "自主移动机器人", "city": "宁波", "changed": "您关注的标准有变化", "export": "导出"},
    "en": {
        "kind": "autonomous mobile robot",
        "city": "Ningbo",
        "changed": "A standard that you follow changed",
        "export": "Export",
    },
}
EXPORTS = {"html": b"<!doctype html", "json": b"{", "xlsx": b"PK", "ics": b"BEGIN:VCALENDAR"}


@pytest.fixture
def language(request: pytest.FixtureRequest, page) -> str:
    """The language of the page."""
    return page.context.cookies()[0]["value"]


def register(page, address: str, name: str) -> None:
    page.goto("/accounts/signup/")
    page.fill("#id_email", address)
    page.fill("#id_name", name)
    page.fill("#id_password1", "a long and good one 7")
    page.fill("#id_password2", "a long and good one 7")
    with page.expect_navigation():
        page.locator("main form button[type=submit], main form button").first.click()
    page.wait_for_url(lambda address: "/signup" not in address)


@pytest.mark.slow
@pytest.mark.parametrize("page", ["zh-hans", "en"], indirect=True)
def test_a_newcomer_comes_from_registering_to_exports(page, language: str, accessible, repository: Path):
    """Registers, makes an AMR by questions, sees its plan, asks two what-ifs, adds evidence, exports."""
    words = WORDS[language]
    register(page, f"journey-{language}@demo.example", "新用户")
    page.goto("/products/new/questions")
    page.fill("#id_name", "AMR 300")
    page.check("input[name=markets][value=EU]")
    page.select_option("#id_home", "hangzhou")
    with page.expect_navigation():
        page.click("main form button.btn-primary")

    page.check("input[name=answer][value=amr]")
    page.wait_for_selector("#standing .fw-bold")
    with page.expect_navigation():
        page.click("button[value=save]")
    page.wait_for_url(lambda address: "product.kind" not in address)
    for _ in range(3):  # what nobody knows yet stays open, and the plan says so
        with page.expect_navigation():
            page.click("button[value=unknown]")
    page.goto(re.sub(r"questions/.*", "answers", page.url))
    assert words["kind"].lower() in page.inner_text("main").lower()
    accessible()

    with page.expect_navigation():
        page.locator("form[action$='/plans/make'] button").first.click()
    page.wait_for_url("**/plans/1/")
    accessible()
    page.goto(f"{page.url}itinerary")
    page.wait_for_selector(".chart-320 canvas")
    page.fill("#ask_specimens", "3")
    page.locator("#ask_specimens").dispatch_event("change")
    page.wait_for_selector("#what-if-answer table")
    page.select_option("#ask_home", "ningbo")
    page.wait_for_selector(f"#what-if-answer:has-text('{words['city']}')")
    with page.expect_navigation():
        page.click("#what-if-answer button[value=keep]")
    page.wait_for_url("**/plans/2/itinerary")

    page.goto(page.url.replace("plans/2/itinerary", "evidence/"))
    page.set_input_files("#id_file", repository / "examples" / "evidence" / "02-electrical.json")
    with page.expect_navigation():
        page.click("form[action$='/evidence/add'] button")
    assert "EX-02" in page.inner_text("main")

    page.goto(page.url.replace("evidence/", "plans/2/"))
    page.click(f".dropdown button:has-text('{words['export']}')")
    links = page.locator("a[href*='/export/']")
    found = {link.get_attribute("href").rpartition("/")[2]: link.get_attribute("href") for link in links.all()}
    assert set(found) >= set(EXPORTS)
    for form, start in EXPORTS.items():
        answer = page.request.get(found[form])
        assert answer.status == 200, form
        assert answer.body().lower().startswith(start.lower()), form


@pytest.mark.slow
@pytest.mark.parametrize("page", ["zh-hans", "en"], indirect=True)
def test_the_regulator_of_ningbo_sees_ningbo_only(page, log_in, repository: Path):
    """The province's sees a firm of Hangzhou and one of Ningbo, the city's only its own; an address does not help."""
    log_in("supplier")
    page.goto("/products/new/file")
    page.set_input_files("#id_file", repository / "examples" / "products" / "mir250.yaml")
    page.check("input[name=markets][value=EU]")
    with page.expect_navigation():
        page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/answers")
    of_ningbo = page.url.removesuffix("answers")
    page.context.clear_cookies(name="session")
    log_in("regulator")
    page.goto("/products/")
    assert {"MiR250", "AMR-100"} <= set(re.findall(r"MiR250|AMR-100", page.inner_text("main")))
    page.context.clear_cookies(name="session")
    log_in("ningbo")
    page.goto("/products/")
    shown = page.inner_text("main")
    assert "MiR250" in shown
    assert "AMR-100" not in shown
    page.goto("/products/?q=AMR")
    assert "AMR-100" not in page.inner_text("main .page-body")
    page.goto(of_ningbo)
    assert page.locator("main form").count() == 0, "reads, and changes nothing"
    for address in ("/products/3/", "/products/3/plans/1/", "/products/3/evidence/", "/products/3/plans/1/export/json"):
        assert page.request.get(address).status == 404, address
    page.goto("/accounts/organisations/")
    shown = page.inner_text("main")
    assert "示例减速器" in shown
    assert "示例机器人" not in shown


RECORD = """---
title:
- {{content: 'Robotics - Safety requirements - Part 1: Industrial robots', language: [en], type: main}}
docid:
- {{id: 'ISO 10218-1:{year}', type: ISO, primary: true}}
date:
- {{type: published, value: '{published}'}}
docstatus:
  stage: {{value: '{stage}'}}
  substage: {{value: '{substage}'}}
ext:
  doctype: {{type: international-standard}}
"""


@pytest.fixture
def bring_in(served_home: Path, tmp_path: Path):
    """Return what imports a state of a catalogue, beside the portal that is served, as its operator would."""

    def do(**members: str) -> None:
        folder = tmp_path / "catalogue-of-iso"
        folder.mkdir(exist_ok=True)
        for name, text in members.items():
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        command = [sys.executable, "-c", "from qilian.cli import main; main()", "standards", "import", str(folder)]
        environment = {**os.environ, "QILIAN_HOME": str(served_home), "QILIAN_HTTPS": "off"}
        environment.pop("DATABASE_URL", None)
        done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False)
        assert done.returncode == 0, done.stderr

    return do


def choose(page, language: str) -> None:
    """Choose a language by the button of every page, which also makes it that of the person's mails."""
    button = page.locator(f"header button[name=language][value={language}]")
    if not button.count():  # it is the page's already
        with page.expect_navigation():
            page.locator("header button[name=language]").click()
    with page.expect_navigation():
        button.click()


def mails_to(address: str, folder: Path) -> list[str]:
    """Return subject and words of the mails to an address that lie in the folder of mails."""
    found = []
    for file in sorted(folder.glob("*")):
        for part in re.split(rb"^-{79}$", file.read_bytes(), flags=re.MULTILINE):
            message = email.message_from_bytes(part.strip() + b"\n", policy=email.policy.default)
            if message["To"] == address:
                found.append(f"{message['Subject']}\n{message.get_content()}")
    return found


@pytest.mark.slow
def test_who_follows_iso_10218_1_is_told_of_the_edition_of_2025(page, log_in, bring_in, served_home: Path):
    """Two people follow; the catalogue then brings the edition of 2025; both are told, each in their language."""
    before = RECORD.format(year=2011, published="2011-07", stage=90, substage=92)
    bring_in(before=before)
    people = {"firm": "zh-hans", "supplier": "en"}
    for login, language in people.items():
        log_in(login)
        choose(page, language)
        page.goto("/standards/show?reference=ISO+10218-1&on=2024-06-01")
        assert "ISO 10218-1:2011" in page.inner_text("h1")
        with page.expect_navigation():
            page.click("button[name=follow][value=yes]")
        page.wait_for_selector("button[name=follow][value=no]")
        page.context.clear_cookies(name="session")
    bring_in(
        before=before.replace("'90'", "'95'").replace("'92'", "'99'"),
        after=RECORD.format(year=2025, published="2025-02", stage=60, substage=60),
    )
    for login, language in people.items():
        log_in(login)
        choose(page, language)
        page.goto("/notices/")
        told = page.locator("main li", has_text="ISO 10218-1:2025")
        assert told.count() == 1
        assert WORDS[language]["changed"] in told.inner_text()
        with page.expect_navigation():
            told.locator("button").click()
        page.wait_for_url("**/standards/show?reference=ISO*10218-1*2025*")
        assert "ISO 10218-1:2025" in page.inner_text("h1")
        page.context.clear_cookies(name="session")
        address = f"{login}@demo.example"
        for _ in range(60):  # the process for long work mails within a moment
            if mails := [each for each in mails_to(address, served_home / "mail") if "10218-1" in each]:
                break
            time.sleep(0.5)
        assert len(mails) == 1
        assert WORDS[language]["changed"] in mails[0]
        assert "ISO 10218-1:2025" in mails[0]
