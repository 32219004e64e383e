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


def test_a_finished_order_is_rated_once(cast, clerk, open_order, finished):
    from qilian.portal.window.models import Rating

    visitor = cast.client("anonymous")
    form = {"do": "rate", "rating-stars": "4", "rating-words": "快"}
    visitor.post(address(open_order()), form)
    assert not Rating.objects.exists(), "an open order is not rated"
    assert visitor.post(address(finished), {**form, "rating-stars": "9"}).status_code == 200
    visitor.post(address(finished), form)
    visitor.post(address(finished), {**form, "rating-stars": "1"})
    assert [rating.stars for rating in Rating.objects.all()] == [4]


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
