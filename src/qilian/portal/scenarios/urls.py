"""Addresses of technology and scenario."""

from django.urls import path

from qilian.portal.scenarios.views import matching, postings, trials

app_name = "scenarios"
urlpatterns = [
    path("", postings.postings, name="postings"),
    path("new", postings.new, name="new"),
    path("<int:number>/", postings.posting, name="posting"),
    path("<int:number>/parts/<str:name>/", postings.part, name="part"),
    path("<int:number>/terms/", postings.term, name="term"),
    path("<int:number>/terms/value/", postings.value, name="value"),
    path("<int:number>/terms/out", postings.take_out, name="take_out"),
    path("<int:number>/matches/", matching.matching, name="matches"),
    path("<int:need>/with/<int:offer>/", matching.compare, name="pair"),
    path("<int:number>/<str:event>", postings.move, name="move"),
    path("trials/", trials.trials, name="trials"),
    path("trials/<int:number>/", trials.trial, name="trial"),
    path("trials/<int:number>/evidence/<str:kind>/", trials.show, name="show"),
    path("trials/<int:number>/evidence/<int:evidence>/file", trials.file, name="file"),
    path("trials/<int:number>/evidence/<int:evidence>/verify", trials.verify, name="verify"),
    path("trials/<int:number>/<str:event>", trials.move, name="move_trial"),
]
