"""Addresses of the pages about people and organisations."""

from django.urls import path

from qilian.portal.accounts.views import making, members, organisations, people, sessions, tokens

app_name = "accounts"
urlpatterns = [
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/<int:number>/", organisations.organisation, name="organisation"),
    path("organisations/<int:number>/invite", members.invite_to, name="invite_to"),
    path("organisation/", making.start, name="start"),
    path("organisation/check/", making.check, name="check"),
    path("organisation/new/<slug:step>/", making.question, name="question"),
    path("organisation/switch", organisations.switch, name="switch"),
    path("members/", members.overview, name="members"),
    path("members/invite", members.invite, name="invite"),
    path("members/leave", members.leave, name="leave"),
    path("members/<int:number>/dismiss", members.dismiss, name="dismiss"),
    path("members/<int:number>/admin", members.set_admin, name="set_admin"),
    path("invitations/<int:number>/withdraw", members.withdraw, name="withdraw"),
    path("invitation/<str:secret>/", members.invitation, name="invitation"),
    path("invitation/<str:secret>/accept", members.accept, name="accept"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:number>/revoke", tokens.revoke, name="revoke"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("people/", people.people, name="people"),
    path("people/<int:number>/lock", people.lock, name="lock"),
    path("profile/", organisations.profile, name="profile"),
]
