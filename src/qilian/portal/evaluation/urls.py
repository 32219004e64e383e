"""Addresses of contests."""

from django.urls import path

from qilian.portal.evaluation import views

app_name = "evaluation"
urlpatterns = [
    path("", views.all_contests, name="contests"),
    path("freeze", views.freeze, name="freeze"),
    path("<int:number>/", views.contest, name="contest"),
    path("<int:number>/appeal", views.appeal, name="appeal"),
    path("<int:number>/replay", views.replay, name="replay"),
    path("<int:number>/contest.<str:form>", views.export, name="export"),
]
