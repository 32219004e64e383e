"""The first operator comes by the command line."""


def test_the_first_operator_is_invited_from_the_command_line(cast):
    from django.test import Client

    from qilian.portal.accounts.first import invite_operator
    from qilian.portal.accounts.models import Membership, Organisation

    link = invite_operator("Run@example.com", "运营方", "330000")
    password = "a long and odd passphrase 7"
    client = Client()
    assert client.get(link).status_code == 200
    form = {"email": "run@example.com", "name": "运营", "password1": password, "password2": password, "next": link}
    client.post("/accounts/signup/", form)
    client.post(f"{link}accept")
    membership = Membership.objects.get(user__email="run@example.com")
    assert (membership.organisation.kind, membership.is_admin) == ("operator", True)
    assert client.get("/operation/").status_code == 200
    invite_operator("second@example.com", "other name", "330000")
    assert Organisation.objects.filter(kind="operator").count() == 1


def test_a_division_that_there_is_not_is_refused_in_one_line(qilian):
    done = qilian("portal", "operator", "a@example.com", "--region", "999999")
    assert done.returncode == 2
    assert "--region" in done.stderr
    done = qilian("portal", "operator", "a@example.com", QILIAN_ORIGINS="https://qilian.example")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("https://qilian.example/accounts/invitation/")
