"""Members come by invitation, and somebody always manages an organisation."""

import re
from datetime import timedelta

import pytest


@pytest.fixture
def invite(cast):
    """Invite an address to the firm; return the path of the link in the mail."""
    from django.core import mail
    from django.test import TestCase

    def do(email: str, **form: str) -> str:
        with TestCase.captureOnCommitCallbacks(execute=True):
            answer = cast.client("firm").post("/accounts/members/invite", {"email": email, **form})
        assert answer.status_code == 302, answer.content.decode()
        assert mail.outbox[-1].to == [email]
        return re.search(r"http://testserver(/accounts/invitation/\S+)", mail.outbox[-1].body)[1]

    return do


def members_of(organisation) -> dict[str, bool]:
    return dict(organisation.memberships.values_list("user__email", "is_admin"))


def test_an_invited_person_joins_once(cast, invite):
    from qilian.portal.accounts.models import Invitation

    link = invite("person@example.com")
    secret = link.split("/")[-2]
    assert secret not in str(Invitation.objects.values().get())  # only its digest is kept
    client = cast.client("person")
    assert client.get(link).status_code == 200
    assert client.get(link + "accept").status_code == 405
    client.post(link + "accept")
    assert members_of(cast.actor("firm").organisation)["person@example.com"] is False
    assert client.get("/accounts/members/").status_code == 200
    assert client.get(link).status_code == 404
    assert client.post(link + "accept").status_code == 404


def test_an_invitation_to_manage_makes_an_admin(cast, invite):
    link = invite("person@example.com", is_admin="on")
    cast.client("person").post(link + "accept")
    assert members_of(cast.actor("firm").organisation)["person@example.com"] is True


def test_an_invitation_is_for_its_address_only(cast, invite):
    link = invite("somebody@example.com")
    client = cast.client("person")
    assert "somebody@example.com" in client.get(link).content.decode()
    client.post(link + "accept")
    assert "person@example.com" not in members_of(cast.actor("firm").organisation)


def test_an_expired_withdrawn_or_unknown_invitation_is_none(cast, invite):
    from django.utils import timezone

    from qilian.portal.accounts.models import Invitation

    client = cast.client("person")
    link = invite("person@example.com")
    Invitation.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert client.get(link).status_code == 404
    again = invite("person@example.com")
    admin = cast.client("firm")
    admin.post(f"/accounts/invitations/{Invitation.objects.latest('pk').pk}/withdraw")
    assert client.get(again).status_code == 404
    assert client.get("/accounts/invitation/nonsense/").status_code == 404


def test_a_second_invitation_to_the_same_address_replaces_the_first(cast, invite):
    first, second = invite("person@example.com"), invite("Person@example.com".lower())
    client = cast.client("person")
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_a_member_is_not_invited_again(cast):
    page = cast.client("firm").post("/accounts/members/invite", {"email": "FIRM@example.com"})
    assert page.status_code == 200
    assert b"id_email_error" in page.content


def test_a_newcomer_registers_with_an_invitation_where_registration_is_closed(cast, invite):
    """Who has the link has the mailbox: the address counts as verified, and the newcomer is logged in at once."""
    from django.test import Client, override_settings

    link = invite("new@example.com")
    with override_settings(SIGNUP_OPEN=False, ACCOUNT_EMAIL_VERIFICATION="mandatory"):
        assert (
            Client()
            .post("/accounts/signup/", {"email": "x@example.com"})
            .templates[0]
            .name.endswith("signup_closed.html")
        )
        client = Client()
        assert client.get(link).status_code == 200
        password = "a long and odd passphrase 7"
        form = {"email": "new@example.com", "name": "新人", "password1": password, "password2": password}
        answer = client.post(f"/accounts/signup/?next={link}", {**form, "next": link})
        assert answer.headers["Location"] == link, answer.content.decode()
        client.post(link + "accept")
    assert "new@example.com" in members_of(cast.actor("firm").organisation)


def test_the_last_admin_cannot_go(cast, invite):
    from qilian.portal.accounts.models import Membership

    firm, admin = cast.actor("firm"), cast.client("firm")
    own = firm.membership.pk
    cast.client("person").post(invite("person@example.com") + "accept")
    other = Membership.objects.get(user=cast.actor("person").user).pk
    for address, form in (
        ("/accounts/members/leave", {}),
        (f"/accounts/members/{own}/dismiss", {}),
        (f"/accounts/members/{own}/admin", {"admin": "no"}),
    ):
        admin.post(address, form)
        assert members_of(firm.organisation) == {"firm@example.com": True, "person@example.com": False}
    admin.post(f"/accounts/members/{other}/admin", {"admin": "yes"})
    admin.post("/accounts/members/leave")
    assert members_of(firm.organisation) == {"person@example.com": True}


def test_an_admin_dismisses_a_member_who_then_sees_nothing(cast, invite):
    from qilian.portal.accounts.models import Membership

    person = cast.client("person")
    person.post(invite("person@example.com") + "accept")
    assert person.get("/accounts/members/").status_code == 200
    membership = Membership.objects.get(user=cast.actor("person").user)
    cast.client("firm").post(f"/accounts/members/{membership.pk}/dismiss")
    assert person.get("/accounts/members/").status_code == 403


def test_who_does_not_manage_changes_nothing(cast):
    from qilian.portal.accounts.models import Membership

    member = cast.actor("person")
    Membership.objects.create(user=member.user, organisation=cast.actor("firm").organisation)
    client = cast.client("person")
    page = client.get("/accounts/members/").content.decode()
    assert "/dismiss" not in page
    assert "/accounts/members/invite" not in page
    own = cast.actor("firm").membership.pk
    for address in ("/accounts/members/invite", f"/accounts/members/{own}/dismiss", f"/accounts/members/{own}/admin"):
        assert client.post(address, {"email": "x@example.com"}).status_code == 403


def test_members_and_invitations_of_another_organisation_do_not_exist(cast, invite):
    from qilian.portal.accounts.models import Invitation

    invite("new@example.com")
    stranger = cast.client("firm", "other")
    theirs = cast.actor("firm").membership.pk
    assert stranger.post(f"/accounts/members/{theirs}/dismiss").status_code == 404
    assert stranger.post(f"/accounts/members/{theirs}/admin", {"admin": "no"}).status_code == 404
    assert stranger.post(f"/accounts/invitations/{Invitation.objects.get().pk}/withdraw").status_code == 404
    assert "new@example.com" not in stranger.get("/accounts/members/").content.decode()


def test_the_operator_invites_the_first_admin(cast):
    from django.core import mail
    from django.test import TestCase

    from qilian.portal.accounts.models import Organisation

    laboratory = Organisation.objects.create(kind="laboratory", name="实验室", region="330100")
    client = cast.client("operator")
    address = f"/accounts/organisations/{laboratory.pk}/"
    assert client.get(address).status_code == 200
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(address + "invite", {"email": "person@example.com", "is_admin": "on"})
    link = re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]
    cast.client("person").post(link + "accept")
    assert members_of(laboratory) == {"person@example.com": True}
    client.post(address + "invite", {"email": "no address"})
    assert not laboratory.invitations.filter(accepted=None).exists()
