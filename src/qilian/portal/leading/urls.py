"""Addresses of leaders and suppliers."""

from django.urls import path

from qilian.portal.leading import views

app_name = "leading"
urlpatterns = [
    path("", views.bonds, name="bonds"),
    path("new/", views.invite, name="invite"),
    path("<int:number>/", views.bond, name="bond"),
    path("<int:number>/nodes/", views.nodes, name="nodes"),
    path("<int:number>/points/<str:key>/", views.point, name="point"),
    path("<int:number>/points/<str:key>/require/", views.require, name="require"),
    path("<int:number>/points/<str:key>/lift", views.lift, name="lift"),
    path("<int:number>/points/<str:key>/measure/", views.measure, name="measure"),
    path("<int:number>/help/new/", views.new_help, name="new_help"),
    path("<int:number>/help/<int:help_>/", views.help_, name="help"),
    path("<int:number>/help/<int:help_>/<str:event>", views.move_help, name="move_help"),
    path("<int:number>/<str:event>", views.move, name="move"),
]
