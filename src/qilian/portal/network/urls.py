"""Addresses of the laboratories."""

from django.urls import path

from qilian.portal.network.views import laboratories, matching, own, scope_tables

app_name = "network"
urlpatterns = [
    path("", laboratories.laboratories, name="laboratories"),
    path("match", matching.match, name="match"),
    path("own/", own.desk, name="desk"),
    path("own/benches/add", own.add_bench, name="add_bench"),
    path("own/benches/<int:number>/", own.bench, name="bench"),
    path("own/benches/<int:number>/open", own.open_or_close, name="open_or_close"),
    path("own/lines/", own.own_lines, name="own_lines"),
    path("own/lines/<int:number>/", own.line, name="line"),
    path("own/answer", own.answer_days, name="answer_days"),
    path("own/scope/", scope_tables.scope_table, name="scope_table"),
    path("own/scope/<int:number>/", scope_tables.account, name="account"),
    path("own/scope/<int:number>/unread.csv", scope_tables.unread, name="unread"),
    path("<slug:code>/", laboratories.laboratory, name="laboratory"),
    path("<slug:code>/lines", laboratories.lines, name="lines"),
    path("<slug:code>/calendar", laboratories.calendar, name="calendar"),
    path("<slug:code>/assign", laboratories.assign, name="assign"),
]
