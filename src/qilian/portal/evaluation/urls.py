"""Addresses of evaluation: contests, boards, figures, policy tools."""

from django.urls import path

from qilian.portal.evaluation.views import boards, contests, figures, imports, tools, work_boards

app_name = "evaluation"
_FIGURE = "figures/<str:key>/<slug:system>/<slug:indicator>/<slug:period>/"
urlpatterns = [
    path("", contests.all_contests, name="contests"),
    path("freeze", contests.freeze, name="freeze"),
    path("<int:number>/", contests.contest, name="contest"),
    path("<int:number>/appeal", contests.appeal, name="appeal"),
    path("<int:number>/replay", contests.replay, name="replay"),
    path("<int:number>/contest.<str:form>", contests.export, name="export"),
    path("<int:number>/firms/<str:key>/", contests.firm, name="firm"),
    path("boards/", boards.own, name="boards"),
    path("boards/<str:region>/", boards.board, name="board"),
    path("boards/<str:region>/board.xlsx", boards.export, name="board_export"),
    path("boards/<str:region>/chain/", work_boards.chain, name="chain_board"),
    path("boards/<str:region>/chain.xlsx", work_boards.chain_export, name="chain_board_export"),
    path("boards/<str:region>/chain/<str:name>/", work_boards.system, name="chain_system"),
    path("boards/<str:region>/projects/", work_boards.projects, name="project_board"),
    path("boards/<str:region>/projects.xlsx", work_boards.projects_export, name="project_board_export"),
    path("tools/", tools.tools, name="tools"),
    path("tools/import", tools.give, name="give_tools"),
    path("tools/imports/<int:number>", tools.given, name="given_tools"),
    path("tools/<int:number>/withdraw", tools.withdraw, name="withdraw_tool"),
    path("tools/<str:name>/", tools.fact, name="fact"),
    path("figures/", figures.figures, name="figures"),
    path("figures/import/", imports.imports, name="imports"),
    path("figures/import/<int:number>/", imports.imported, name="imported"),
    path("figures/<str:key>/", figures.subject, name="subject"),
    path("figures/<str:key>/compute", figures.compute, name="compute"),
    path(_FIGURE, figures.figure, name="figure"),
    path(f"{_FIGURE}give", figures.give, name="give"),
    path(f"{_FIGURE}compute", figures.compute_one, name="compute_one"),
]
