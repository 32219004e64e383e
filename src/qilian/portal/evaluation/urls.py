"""Addresses of evaluation: contests, figures."""

from django.urls import path

from qilian.portal.evaluation.views import contests, figures, imports

app_name = "evaluation"
_FIGURE = "figures/<str:key>/<slug:system>/<slug:indicator>/<slug:period>/"
urlpatterns = [
    path("", contests.all_contests, name="contests"),
    path("freeze", contests.freeze, name="freeze"),
    path("<int:number>/", contests.contest, name="contest"),
    path("<int:number>/appeal", contests.appeal, name="appeal"),
    path("<int:number>/replay", contests.replay, name="replay"),
    path("<int:number>/contest.<str:form>", contests.export, name="export"),
    path("figures/", figures.figures, name="figures"),
    path("figures/import/", imports.imports, name="imports"),
    path("figures/import/<int:number>/", imports.imported, name="imported"),
    path("figures/<str:key>/", figures.subject, name="subject"),
    path("figures/<str:key>/compute", figures.compute, name="compute"),
    path(_FIGURE, figures.figure, name="figure"),
    path(f"{_FIGURE}give", figures.give, name="give"),
    path(f"{_FIGURE}compute", figures.compute_one, name="compute_one"),
]
