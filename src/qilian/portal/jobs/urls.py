"""Addresses of long work."""

from django.urls import path

from qilian.portal.jobs import views

app_name = "jobs"
urlpatterns = [
    path("<int:number>/", views.job, name="job"),
    path("<int:number>/cancel", views.cancel, name="cancel"),
]
