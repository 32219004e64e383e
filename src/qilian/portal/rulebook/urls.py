"""Addresses of the content to read."""

from django.urls import path

from qilian.portal.rulebook import views

app_name = "rulebook"
urlpatterns = [
    path("", views.rules, name="rules"),
    path("tests/", views.tests, name="tests"),
    path("policies/", views.policies, name="policies"),
    path("comments/", views.comments, name="comments"),
    path("comments/<int:number>/answer", views.answer, name="answer"),
    path("<str:key>/", views.rule, name="rule"),
    path("tests/<str:key>/", views.test, name="test"),
    path("policies/<str:key>/", views.policy, name="policy"),
    path("<str:subject>/<str:key>/comment", views.comment, name="comment"),
]
