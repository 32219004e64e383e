"""Addresses of notices and of what a person follows."""

from django.urls import path

from qilian.portal.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.notices, name="notices"),
    path("read", views.read_all, name="read_all"),
    path("<int:number>/read", views.read, name="read"),
    path("follows/", views.follows, name="follows"),
    path("follows/<int:number>/unfollow", views.unfollow, name="unfollow"),
]
