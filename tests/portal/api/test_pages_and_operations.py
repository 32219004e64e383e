"""What a page does, an operation does, too: a table of the rooms' pages, held against both maps.

A page that is new in one of these rooms is entered here with its operation, or with the reason why it has none.
"""

ROOMS = ("accounts", "jobs", "library", "notices", "operation", "rulebook", "workbench")
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
    "jobs:cancel": "POST /jobs/{number}/cancel",
    "jobs:job": "GET /jobs/{number}",
    "library:follow": "POST /follows/",
    "library:search": "GET /standards/",
    "library:standard": "GET /standards/show",
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
    "workbench:add_evidence": "POST /products/{number}/evidence",
    "workbench:answers": "GET /products/{number}/answers",
    "workbench:change": "PATCH /products/{number}",
    "workbench:changes": "GET /products/{number}/plans/{version}/changes/{other}",
    "workbench:delete": "DELETE /products/{number}",
    "workbench:evidence": "GET /products/{number}/evidence",
    "workbench:export": "GET /products/{number}/plans/{version}/export/{form}",
    "workbench:find_front": "POST /products/{number}/plans/{version}/front",
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
    "accounts:organisations": "everybody lists their own",
    "rulebook:comments": "everybody lists their own and those that were answered",
    "workbench:next_question": "stands in all answers, which who oversees may read",
}
"""Operations that more people may call than open the page, and what they see."""


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
        assert page.actors <= operation.actors, name
        assert page.admin == operation.admin, name
        if name not in WIDER:
            assert page.actors == operation.actors, name


def _declared(access_of, name: str, pattern):
    from django.urls import ResolverMatch

    space, _, view = name.rpartition(":")
    return access_of(ResolverMatch(pattern.callback, (), {}, view, namespaces=[space]))
