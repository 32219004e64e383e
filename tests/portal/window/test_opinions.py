"""The receipt shows its order and no other; a finished order is rated once, and complained of to the regulator."""

import pytest


@pytest.fixture
def finished(clerk, open_order):
    """A closed order."""
    from qilian.portal.window import handling

    order = open_order()
    handling.move(order, "take", clerk)
    handling.move(order, "close", clerk, words="方案一份")
    return order


def address(order) -> str:
    from qilian.portal.window.receipts import token_of

    return f"/window/receipts/{token_of(order)}/"


def test_who_holds_the_receipt_sees_the_state_and_no_more(cast, open_order):
    from qilian.portal.window.receipts import token_of

    order = open_order()
    visitor = cast.client("anonymous")
    page = visitor.get(address(order))
    assert page.status_code == 200
    text = page.content.decode()
    assert order.reference in text
    assert "10kg" not in text, "nothing of the demand"
    assert str(order.client) not in text
    number, _, signature = token_of(order).partition(":")
    assert visitor.get(f"/window/receipts/{int(number) + 1}:{signature}/").status_code == 404
    assert visitor.get("/window/receipts/x/").status_code == 404


def test_the_printed_receipt_carries_a_code_that_leads_to_it(cast, open_order):
    order = open_order()
    page = cast.client("window").get(f"/window/{order.pk}/receipt").content.decode()
    assert "<svg" in page
    assert address(order) in page


def test_a_finished_order_has_one_rating_which_its_link_may_change(cast, clerk, open_order, finished):
    from qilian.portal.history.models import Entry
    from qilian.portal.window.models import Rating

    visitor = cast.client("anonymous")
    form = {"do": "rate", "rating-stars": "4", "rating-words": "快"}
    visitor.post(address(open_order()), form)
    assert not Rating.objects.exists(), "an open order is not rated"
    assert visitor.post(address(finished), {**form, "rating-stars": "9"}).status_code == 200
    visitor.post(address(finished), form)
    visitor.post(address(finished), {**form, "rating-stars": "1", "rating-words": "又坏了"})
    assert [(rating.stars, rating.words) for rating in Rating.objects.all()] == [(1, "又坏了")]
    for number in range(40):
        visitor.post(address(finished), {**form, "rating-stars": str(1 + number % 5)})
    told = Entry.objects.filter(kind="window.rating").count()
    assert told == opinions_most("MOST_RATINGS"), "a link does not fill the history"


def opinions_most(name: str) -> int:
    from qilian.portal.window import opinions

    return getattr(opinions, name)


def test_a_link_raises_a_bounded_number_of_complaints(cast, finished):
    from qilian.portal.window.models import Complaint

    visitor, regulator = cast.client("anonymous"), cast.client("regulator", region="330000")
    most = opinions_most("MOST_COMPLAINTS")
    for number in range(most + 2):
        answer = visitor.post(address(finished), {"do": "complain", "complaint-words": f"第 {number} 次"}, follow=True)
        for complaint in Complaint.objects.filter(state="open"):
            regulator.post(f"/window/complaints/{complaint.pk}/settle", {"words": "了结"})
    assert Complaint.objects.count() == most
    assert "complaint-words" not in answer.content.decode(), "no form that would be refused"


def test_a_firm_withdraws_its_complaint_and_nobody_else_does(cast, finished):
    from qilian.portal.window import opinions
    from qilian.portal.window.models import Complaint

    complaint = opinions.complain(finished, cast.actor("firm"), "慢")
    url = f"/window/complaints/{complaint.pk}/drop"
    assert cast.client("firm", "other").post(url).status_code == 404
    for kind in ("window", "regulator"):
        cast.client(kind).post(url)
    cast.client("anonymous").post(address(finished), {"do": "drop"})
    assert Complaint.objects.get().state == "open", "not by the window, the regulator or who found the receipt"
    firm = cast.client("firm")
    for page in ("/window/opinions/", address(finished)):
        assert "撤回投诉" in firm.get(page).content.decode(), page
    assert "撤回投诉" not in cast.client("anonymous").get(address(finished)).content.decode()
    firm.post(url)
    assert Complaint.objects.get().state == "dropped"
    firm.post(address(finished), {"do": "complain", "complaint-words": "还是慢"})
    firm.post(address(finished), {"do": "drop"})
    assert [each.state for each in Complaint.objects.all()] == ["dropped", "dropped"]


def test_a_complaint_goes_from_the_client_over_the_window_to_the_regulator(cast, finished):
    from qilian.portal.notices.models import Notice
    from qilian.portal.window.models import Complaint

    regulator, window = cast.client("regulator", region="330000"), cast.client("window")
    firm = cast.client("firm")
    firm.post(address(finished), {"do": "complain", "complaint-words": "方案里漏了一项"})
    complaint = Complaint.objects.get()
    assert Notice.objects.filter(user=cast.actor("regulator").user).exists()
    assert "方案里漏了一项" in regulator.get("/window/opinions/").content.decode()
    firm.post(address(finished), {"do": "complain", "complaint-words": "再说一次"})
    assert Complaint.objects.count() == 1, "one open complaint of an order"
    window.post(f"/window/complaints/{complaint.pk}/answer", {"words": ""})
    complaint.refresh_from_db()
    assert complaint.state == "open", "an answer needs words"
    window.post(f"/window/complaints/{complaint.pk}/answer", {"words": "已补上"})
    window.post(f"/window/complaints/{complaint.pk}/settle", {"words": "了结"})
    complaint.refresh_from_db()
    assert complaint.state == "answered", "a window does not settle complaints about itself"
    firm.post(address(finished), {"do": "insist"})
    regulator.post(f"/window/complaints/{complaint.pk}/settle", {"words": "窗口须重做"})
    complaint.refresh_from_db()
    assert (complaint.state, complaint.answer, complaint.decision) == ("settled", "已补上", "窗口须重做")


def test_a_regulator_of_another_region_sees_neither(cast, finished):
    from qilian.portal.window import opinions
    from qilian.portal.window.models import Complaint, Rating

    opinions.rate(finished, None, 2, "慢")
    complaint = opinions.complain(finished, None, "没人回话")
    other = cast.actor("regulator", "ningbo", region="330200")
    assert not Complaint.objects.visible_to(other).exists()
    assert not Rating.objects.visible_to(other).exists()
    client = cast.client("regulator", "ningbo")
    assert client.post(f"/window/complaints/{complaint.pk}/settle", {"words": "x"}).status_code == 404
