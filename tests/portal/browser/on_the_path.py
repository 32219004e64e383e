"""Laboratories in the browser, whichever a plan chose: everyone of the network has an account, and does its part.

The demo has people in one laboratory only; a path goes through others, which depends on the day and on what is taken.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

EVERYBODY = """
from qilian.portal.setup import setup; setup()
from django.contrib.auth.hashers import make_password
from qilian.portal.accounts.models import Kind, Membership, Organisation, User
from qilian.portal.demo import PASSWORD
from qilian.portal.network.models import Laboratory
password = make_password(PASSWORD)
taken = Organisation.objects.exclude(laboratory="").values("laboratory")
for row in Laboratory.objects.exclude(code__in=taken):
    firm = Organisation.objects.create(kind=Kind.LABORATORY, name=row.name, region=row.region, laboratory=row.code)
    user = User.objects.create(email=f"{row.code}@demo.example", name=row.code, password=password)
    Membership.objects.create(user=user, organisation=firm, is_admin=True)
"""
OF_THE_DEMO = "zj-robot"


def staff_all(home: Path) -> None:
    """Give every laboratory of the network that has nobody a person, in the portal that is served."""
    environment = {**os.environ, "QILIAN_HOME": str(home), "QILIAN_HTTPS": "off"}
    environment.pop("DATABASE_URL", None)
    subprocess.run([sys.executable, "-c", EVERYBODY], env=environment, check=True, capture_output=True)


class OnThePath:
    """A browser in which people come and go."""

    def __init__(self, page, log_in) -> None:
        self.page, self._log_in = page, log_in

    def enter(self, login: str) -> None:
        """Log somebody of the demo in, in place of whoever is; the language stays."""
        self.page.context.clear_cookies(name="session")
        self._log_in(login)

    def enter_laboratory(self, code: str) -> None:
        """Log somebody of a laboratory in."""
        self.enter("laboratory" if code == OF_THE_DEMO else code)

    def appointments(self, path: int) -> list[dict]:
        """Return what stands of a path, as its owner or a clerk reads it, the first to begin first."""
        found = self.page.request.get(f"/api/v1/bookings/{path}").json()["appointments"]
        standing = ("held", "requested", "taken", "running", "tested", "reported")
        return sorted((each for each in found if each["state"] in standing), key=lambda each: each["start"])

    def sample(self, path: int, appointment: dict) -> str:
        """Return the code of an appointment's sample unit."""
        found = self.page.request.get(f"/api/v1/bookings/{path}").json()["samples"]
        unit = (appointment["lot"], appointment["unit"])
        return next(each["code"] for each in found if (each["lot"], each["unit"]) == unit)

    def name_of(self, code: str) -> str:
        """Return a laboratory's name in the language of the page."""
        language = self.page.evaluate("document.documentElement.lang")
        return self.page.request.get(f"/api/v1/laboratories/{code}").json()["name"][language[:2]]

    def answers_first(self, code: str, days: int = 2) -> None:
        """Let a laboratory say at its desk that it answers requests within some working days."""
        self.enter_laboratory(code)
        self.page.goto("/laboratories/own/answer")
        self.page.fill("#id_answer_days", str(days))
        with self.page.expect_navigation():
            self.page.click("main form button.btn-primary")
        self.page.wait_for_url("**/laboratories/own/")

    def decline(self, appointment: dict) -> None:
        """Let its laboratory decline an appointment that was asked for."""
        page, number = self.page, appointment["number"]
        self.enter_laboratory(appointment["laboratory"])
        page.goto("/bookings/requests/")
        with page.expect_navigation():
            page.locator(f"main td a[href='/bookings/appointments/{number}/']").first.click()
        page.fill("#reason", "设备检定")
        with page.expect_navigation():
            page.click("form[action$='/decline'] button")
        page.wait_for_url("**/bookings/requests/")
        assert page.locator(f"main a[href='/bookings/appointments/{number}/']").count() == 0

    def carry_out(self, appointment: dict) -> tuple[str, str]:
        """Let its laboratory receive the sample, test it and report; return code of sample, number of report."""
        page, number = self.page, appointment["number"]
        here = f"/bookings/appointments/{number}/"
        self.enter_laboratory(appointment["laboratory"])
        page.goto(here)
        if page.locator("form[action$='/accept'] button").count():
            with page.expect_navigation():
                page.click("form[action$='/accept'] button")
            page.wait_for_url("**/bookings/requests/")
            page.goto(here)
        code = page.locator("main a[href*='/samples/']").first.inner_text().strip()
        self.receive(code)
        for act in ("start", "finish"):
            page.goto(here)
            with page.expect_navigation():
                page.click(f"form[action$='/{act}'] button")
            page.wait_for_url("**" + here)
        with page.expect_navigation():
            page.click("a[href$='/report']")
        page.fill("#id_number", f"R{number}")
        page.check("input[name=outcome][value=pass]")
        with page.expect_navigation():
            page.click("main form[enctype] button")
        page.wait_for_url("**" + here)
        return code, f"R{number}"

    def receive(self, code: str) -> None:
        """Receive a sample at the counter of whoever is logged in, by the code on its label."""
        page = self.page
        page.goto("/bookings/reception/")
        page.fill("#code", code)
        with page.expect_navigation():
            page.click("main form button.btn-primary")
        page.wait_for_url(f"**/bookings/samples/{code}/")
        with page.expect_navigation():
            page.click("button[formaction$='/receive']")
        page.wait_for_selector("button[formaction$='/receive']", state="detached")

    def send_on(self, appointment: dict, code: str) -> bool:
        """Let the laboratory that has a sample send it on to its next stop; return whether there is one."""
        page = self.page
        self.enter_laboratory(appointment["laboratory"])
        page.goto(f"/bookings/samples/{code}/")
        button = page.locator("button[formaction$='/forward']")
        if not button.count():
            return False
        with page.expect_navigation():
            button.click()
        page.wait_for_url(re.compile("/bookings/(samples/|reception/)"))
        return True


def to_decline_and_to_carry_out(appointments: list[dict]) -> tuple[dict, dict]:
    """Choose the appointment that most laboratories could take over, and one that begins the way of its sample.

    The second is at a laboratory whose competence is shown to ISO/IEC 17025, which the clauses of all markets ask of a
    report; of these, the one whose sample has most laboratories to go to.
    """
    from qilian.content import load_pack

    network = load_pack("robots").network
    lines = network.lines_by_test
    competent = {each.id for each in network.laboratories if "CNAS" in {held.scheme for held in each.accreditations}}
    first_of: dict[tuple[str, int], dict] = {}
    for each in appointments:
        first_of.setdefault((each["lot"], each["unit"]), each)
    stops = {
        unit: {each["laboratory"] for each in appointments if (each["lot"], each["unit"]) == unit} for unit in first_of
    }
    able = [unit for unit, first in first_of.items() if first["laboratory"] in competent]
    carried = first_of[max(able, key=lambda unit: len(stops[unit]))]
    others = [each for each in appointments if each["number"] != carried["number"]]
    declined = max(others, key=lambda each: len({line.laboratory for line in lines[each["test"]]}))
    return declined, carried
