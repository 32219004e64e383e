"""Addresses of improvement."""

from django.urls import path

from qilian.portal.improvement.views import clinics, demands, problems, projects, surveys

app_name = "improvement"
urlpatterns = [
    path("", problems.problems, name="problems"),
    path("groups/", problems.groups, name="groups"),
    path("groups/apart", problems.hold_apart, name="hold_apart"),
    path("problems/new/", problems.new, name="new_problem"),
    path("problems/put/", problems.put, name="put"),
    path("problems/<int:number>/", problems.problem, name="problem"),
    path("problems/<int:number>/line/", projects.line, name="line"),
    path("problems/<int:number>/clinic/", clinics.call, name="call"),
    path("problems/<int:number>/project", projects.new, name="new_project"),
    path("problems/<int:number>/edit/", problems.edit, name="edit_problem"),
    path("problems/<int:number>/merge", problems.merge, name="merge"),
    path("problems/<int:number>/demands/<int:demand>/out", problems.take_out, name="take_out"),
    path("problems/<int:number>/<str:event>", problems.move, name="move_problem"),
    path("clinics/", clinics.clinics, name="clinics"),
    path("clinics/expert/", clinics.profile, name="expert"),
    path("clinics/<int:number>/", clinics.clinic, name="clinic"),
    path("clinics/<int:number>/<str:event>", clinics.move, name="move_clinic"),
    path("projects/", projects.projects, name="projects"),
    path("projects/<int:number>/", projects.project, name="project"),
    path("projects/<int:number>/parts/<str:name>/", projects.part, name="project_part"),
    path("projects/<int:number>/add/<str:line>/", projects.add, name="add_to_project"),
    path("projects/<int:number>/<str:event>", projects.move, name="move_project"),
    path("demands/", demands.demands, name="demands"),
    path("demands/new/", demands.new, name="new_demand"),
    path("demands/<int:number>/", demands.demand, name="demand"),
    path("demands/<int:number>/parts/<str:name>/", demands.part, name="demand_part"),
    path("demands/<int:number>/assign/", demands.assign, name="assign"),
    path("demands/<int:number>/<str:event>", demands.move, name="move_demand"),
    path("surveys/", surveys.surveys, name="surveys"),
    path("surveys/new/", surveys.new, name="new_survey"),
    path("surveys/<int:number>/", surveys.survey, name="survey"),
    path("surveys/<int:number>/parts/<str:name>/", surveys.part, name="survey_part"),
    path("surveys/<int:number>/questions/", surveys.ask, name="survey_questions"),
    path("surveys/<int:number>/<str:event>", surveys.move, name="move_survey"),
]
