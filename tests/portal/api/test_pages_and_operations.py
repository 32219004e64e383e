"""What a page does, an operation does, too: a table of the rooms' pages, held against both maps.

A page that is new in one of these rooms is entered here with its operation, or with the reason why it has none.
"""

ROOMS = (
    "accounts",
    "booking",
    "chain",
    "improvement",
    "jobs",
    "library",
    "network",
    "notices",
    "operation",
    "rulebook",
    "window",
    "workbench",
)
PAGES = {
    "accounts:accept": "POST /invitations/accept",
    "accounts:check": "POST /organisations/",
    "accounts:dismiss": "DELETE /members/{number}",
    "accounts:invitation": "- the mail leads to it; POST /invitations/accept takes its secret",
    "accounts:invite": "POST /invitations/",
    "accounts:invite_to": "POST /organisations/{number}/invitations",
    "accounts:leave": "POST /members/leave",
    "accounts:lock": "PATCH /people/{number}",
    "accounts:members": "GET /members/",
    "accounts:organisation": "GET /organisations/{number}",
    "accounts:organisations": "GET /organisations/",
    "accounts:people": "GET /people/",
    "accounts:profile": "PATCH /me",
    "accounts:question": "- one question a page is for people; POST /organisations/ takes all answers",
    "accounts:revoke": "DELETE /tokens/{number}",
    "accounts:sessions": "- sessions are of browsers; a token has none",
    "accounts:set_admin": "PATCH /members/{number}",
    "accounts:start": "GET /me",
    "accounts:switch": "- a token acts for one organisation",
    "accounts:tokens": "GET /tokens/",
    "accounts:withdraw": "DELETE /invitations/{number}",
    "booking:accept_proposal": "POST /bookings/{number}/proposals/{proposal}/accept",
    "booking:act": "POST /appointments/{number}/acts",
    "booking:again": "POST /bookings/{number}/again",
    "booking:appointment": "GET /appointments/{number}",
    "booking:block": "POST /laboratories/own/hours",
    "booking:board": "GET /laboratories/own",
    "booking:cancel": "POST /bookings/{number}/cancel",
    "booking:cancel_one": "POST /bookings/{number}/appointments/{appointment}/cancel",
    "booking:confirm": "POST /bookings/{number}/confirm",
    "booking:dismiss_proposal": "POST /bookings/{number}/proposals/{proposal}/dismiss",
    "booking:feed": "- an iCalendar of its own, by its secret",
    "booking:hold": "POST /bookings/",
    "booking:labels": "- pictures to be printed; the codes stand in GET /bookings/{number}",
    "booking:make_feed": "- its secret is shown once, to a person",
    "booking:move": "POST /bookings/{number}/appointments/{appointment}/move",
    "booking:move_appointment": "POST /appointments/{number}/move",
    "booking:move_sample": "POST /samples/{code}/moves",
    "booking:path": "GET /bookings/{number}",
    "booking:paths": "GET /bookings/",
    "booking:reception": "- finds the page of a label; GET /samples/{code}",
    "booking:report": "POST /appointments/{number}/report",
    "booking:report_file": "GET /bookings/{number}/appointments/{appointment}/report",
    "booking:requests": "GET /appointments/",
    "booking:sample": "GET /samples/{code}",
    "booking:unblock": "DELETE /laboratories/own/hours",
    "chain:benches": "GET /chain/benches",
    "chain:gaps": "GET /chain/gaps",
    "chain:map": "GET /chain/nodes",
    "chain:node": "GET /chain/nodes/{key}",
    "chain:trace": "GET /chain/nodes/{key}/trace",
    "improvement:add_to_project": "POST /projects/{number}/results",
    "improvement:assign": "POST /demands/{number}/moves",
    "improvement:call": "POST /problems/{number}/clinics",
    "improvement:clinic": "GET /clinics/{number}",
    "improvement:clinics": "GET /clinics/",
    "improvement:demand": "GET /demands/{number}",
    "improvement:demand_part": "- one question a page is for people; POST /demands/ takes all answers",
    "improvement:demands": "GET /demands/",
    "improvement:edit_problem": "PATCH /problems/{number}",
    "improvement:expert": "PUT /experts/own",
    "improvement:groups": "GET /groups/",
    "improvement:hold_apart": "POST /groups/apart",
    "improvement:line": "GET /problems/{number}/line",
    "improvement:merge": "POST /problems/{number}/moves",
    "improvement:move_clinic": "POST /clinics/{number}/moves",
    "improvement:move_demand": "POST /demands/{number}/moves",
    "improvement:move_problem": "POST /problems/{number}/moves",
    "improvement:move_project": "POST /projects/{number}/moves",
    "improvement:move_survey": "POST /surveys/{number}/moves",
    "improvement:new_demand": "POST /demands/",
    "improvement:new_problem": "POST /problems/",
    "improvement:new_project": "POST /problems/{number}/projects",
    "improvement:new_survey": "POST /surveys/",
    "improvement:problem": "GET /problems/{number}",
    "improvement:problems": "GET /problems/",
    "improvement:project": "GET /projects/{number}",
    "improvement:project_part": "PATCH /projects/{number}",
    "improvement:projects": "GET /projects/",
    "improvement:put": "POST /problems/{number}/demands",
    "improvement:survey": "GET /surveys/{number}",
    "improvement:survey_part": "- one question a page is for people; POST /surveys/ takes all answers",
    "improvement:survey_questions": "- asked one by one of people; POST /surveys/ takes all",
    "improvement:surveys": "GET /surveys/",
    "improvement:take_out": "DELETE /problems/{number}/demands/{demand}",
    "jobs:cancel": "POST /jobs/{number}/cancel",
    "jobs:job": "GET /jobs/{number}",
    "library:follow": "POST /follows/",
    "library:search": "GET /standards/",
    "library:standard": "GET /standards/show",
    "network:account": "GET /laboratories/own/scope/rows",
    "network:add_bench": "POST /laboratories/own/benches",
    "network:answer_days": "PATCH /laboratories/own",
    "network:assign": "PUT /laboratories/organisation",
    "network:bench": "PATCH /laboratories/own/benches",
    "network:calendar": "GET /laboratories/{code}/calendar",
    "network:desk": "GET /laboratories/own",
    "network:laboratories": "GET /laboratories/",
    "network:laboratory": "GET /laboratories/{code}",
    "network:line": "PATCH /laboratories/own/lines",
    "network:lines": "GET /laboratories/{code}/lines",
    "network:match": "GET /laboratories/match",
    "network:open_or_close": "PATCH /laboratories/own/benches",
    "network:own_lines": "GET /laboratories/own/lines",
    "network:scope_table": "POST /laboratories/own/scope",
    "network:unread": "GET /laboratories/own/scope/rows",
    "notices:follows": "GET /follows/",
    "notices:notices": "GET /notices/",
    "notices:read": "POST /notices/{number}/read",
    "notices:read_all": "POST /notices/read",
    "notices:unfollow": "DELETE /follows/{number}",
    "operation:overview": "GET /operation",
    "rulebook:answer": "POST /comments/{number}/answer",
    "rulebook:comment": "POST /comments/",
    "rulebook:comments": "GET /comments/",
    "rulebook:policies": "GET /policies",
    "rulebook:policy": "GET /policies/{key}",
    "rulebook:rule": "GET /rules/{key}",
    "rulebook:rules": "GET /rules",
    "rulebook:test": "GET /tests/{key}",
    "rulebook:tests": "GET /tests",
    "window:add_report": "POST /orders/{number}/reports",
    "window:booking": "POST /orders/{number}/bookings/{path}/moves",
    "window:cancel_one": "POST /orders/{number}/appointments/{appointment}/cancel",
    "window:check": "POST /orders/",
    "window:choose": "- a step of the intake; POST /orders/ takes all at once",
    "window:client": "GET /orders/clients",
    "window:correct": "PUT /orders/{number}/demand",
    "window:discard": "- drafts are of the pages",
    "window:grant": "POST /mandates/",
    "window:hold": "POST /orders/{number}/hold",
    "window:lines": "POST /orders/reading",
    "window:make_plan": "POST /orders/{number}/plan",
    "window:mandate": "POST /mandates/",
    "window:mandates": "GET /mandates/",
    "window:move": "POST /orders/{number}/moves",
    "window:move_complaint": "POST /complaints/{number}/moves",
    "window:move_mandate": "POST /mandates/{number}/moves",
    "window:move_one": "POST /orders/{number}/appointments/{appointment}/move",
    "window:new_client": "POST /orders/clients",
    "window:opinions": "GET /complaints",
    "window:order": "GET /orders/{number}",
    "window:orders": "GET /orders/",
    "window:package": "POST /orders/packages/{key}",
    "window:packages": "GET /orders/packages",
    "window:receipt": "- paper, with the order's number",
    "window:remove_report": "DELETE /orders/{number}/reports/{file}",
    "window:sample": "POST /orders/{number}/samples/{code}/moves",
    "window:state": "- who holds the receipt has no account; a client calls PUT /orders/{number}/rating",
    "window:words": "POST /orders/reading",
    "workbench:add_evidence": "POST /products/{number}/evidence",
    "workbench:answers": "GET /products/{number}/answers",
    "workbench:change": "PATCH /products/{number}",
    "workbench:changes": "GET /products/{number}/plans/{version}/changes/{other}",
    "workbench:delete": "DELETE /products/{number}",
    "workbench:evidence": "GET /products/{number}/evidence",
    "workbench:export": "GET /products/{number}/plans/{version}/export/{form}",
    "workbench:find_front": "POST /products/{number}/plans/{version}/front",
    "workbench:impact": "GET /standards/impact",
    "workbench:keep_point": "POST /products/{number}/plans/{version}/front/{point}/keep",
    "workbench:make": "POST /products/{number}/plans",
    "workbench:make_link": "POST /products/{number}/plans/{version}/links",
    "workbench:new": "- asks how a product is to be made",
    "workbench:next_question": "GET /products/{number}/answers",
    "workbench:plan": "GET /products/{number}/plans/{version}",
    "workbench:plan_part": "GET /products/{number}/plans/{version}",
    "workbench:preview": "POST /products/{number}/answers/{parameter}/preview",
    "workbench:product": "GET /products/{number}",
    "workbench:products": "GET /products/",
    "workbench:question": "PUT /products/{number}/answers/{parameter}",
    "workbench:remove_evidence": "DELETE /products/{number}/evidence/{file}",
    "workbench:revoke": "DELETE /products/{number}/links/{link}",
    "workbench:shared": "GET /shared",
    "workbench:shared_part": "GET /shared",
    "workbench:start": "POST /products/",
    "workbench:upload": "POST /products/file",
    "workbench:what_if": "GET /products/{number}/plans/{version}/what-if",
    "workbench:why": "GET /products/{number}/plans/{version}/why-not/{laboratory}",
}
WIDER = {
    "improvement:assign": "a firm withdraws its own by the same",
    "window:grant": "a window records or asks by the same",
    "window:lines": "a firm may have its words read, too",
    "window:mandate": "a firm grants by the same",
    "window:words": "a firm may have its words read, too",
    "accounts:organisations": "everybody lists their own",
    "rulebook:comments": "everybody lists their own and those that were answered",
    "workbench:next_question": "stands in all answers, which who oversees may read",
}
"""Operations that more people may call than open the page, and what they see."""
NARROWER = {
    "improvement:new_demand": "a window writes demands down by its orders, on pages",
    "booking:report_file": "who issued it has the file",
    "booking:move_sample": "who only reads the page may say nothing there either; a window says it by its order",
    "window:move": "a regulator reads the page, and no event of the table is theirs",
}
"""Operations that fewer people may call than reach the page's address, and why."""


def test_every_page_has_its_operation_or_a_reason(endpoints: list):
    from qilian.portal.api.describing import operations_of
    from qilian.portal.api.door import api

    pages = {name for name, _, _ in endpoints if name.partition(":")[0] in ROOMS}
    assert pages == set(PAGES)
    operations = {f"{method} {path}" for method, path, _ in operations_of(api)}
    assert {said for said in PAGES.values() if not said.startswith("- ")} <= operations


def test_who_may_open_a_page_may_call_its_operation(endpoints: list):
    """And nobody else, but where an operation shows others a part of what the page is about."""
    from qilian.portal.accounts.access import access_of
    from qilian.portal.api.describing import operations_of
    from qilian.portal.api.door import api

    allowed = {f"{method} {path}": found.view_func.access for method, path, found in operations_of(api)}
    for name, _, pattern in endpoints:
        operation = allowed.get(PAGES.get(name, ""))
        if operation is None:
            continue
        page = _declared(access_of, name, pattern)
        assert page.actors <= operation.actors or (name in NARROWER and page.actors > operation.actors), name
        assert page.admin == operation.admin, name
        if name not in WIDER and name not in NARROWER:
            assert page.actors == operation.actors, name


def _declared(access_of, name: str, pattern):
    from django.urls import ResolverMatch

    space, _, view = name.rpartition(":")
    return access_of(ResolverMatch(pattern.callback, (), {}, view, namespaces=[space]))
