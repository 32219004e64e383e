"""Questions: the most deciding first, every kind of answer, and nothing lost on the way back."""

import re


def ask(client, number: int) -> str:
    """Return the question that comes next."""
    return client.get(f"/products/{number}/questions/")["Location"].rstrip("/").rpartition("/")[2]


def say(client, product, parameter: str, answer: object = "", do: str = "save", back: str = ""):
    address = f"/products/{product.pk}/questions/{parameter}/{back}"
    response = client.post(address, {"answer": answer, "do": do} if answer != "" else {"do": do})
    product.refresh_from_db()
    return response


def test_the_kind_of_product_is_asked_first_and_decides(cast, make_product):
    product, client = make_product(parameters={}), cast.client("firm")
    assert ask(client, product.pk) == "product.kind"
    before = client.get(f"/products/{product.pk}/questions/product.kind/").context["counts"]
    say(client, product, "product.kind", "amr")
    assert product.parameters == {"product.kind": "amr"}
    assert ask(client, product.pk) != "product.kind"
    after = client.get(f"/products/{product.pk}/").context["counts"]
    assert after["undecided"] < before["undecided"]
    assert after["applies"] + after["excluded"] + after["undecided"] == after["all"]


def test_every_kind_of_answer_is_kept_as_a_product_file_writes_it(cast, make_product):
    product, client = make_product(parameters={}), cast.client("firm")
    say(client, product, "payload.rated", "16")
    say(client, product, "battery.energy", "0.432 kWh")
    say(client, product, "battery.present", "yes")
    say(client, product, "use.environment", ["industrial", "household"])
    say(client, product, "radio.bands", ["-"])
    assert product.parameters == {
        "payload.rated": "16 kg",
        "battery.energy": "0.432 kWh",
        "battery.present": True,
        "use.environment": ["industrial", "household"],
        "radio.bands": [],
    }


def test_an_answer_that_does_not_fit_is_said_beside_the_field_and_not_kept(cast, make_product):
    product, client = make_product(parameters={}), cast.client("firm")
    for answer in ("heavy", "5 s", "-3 kg", "1e400"):
        page = say(client, product, "payload.rated", answer)
        assert page.status_code == 200, answer
        assert page.context["form"].errors["answer"], answer
        assert f'value="{answer}"' in page.content.decode()
    assert say(client, product, "product.kind", "spaceship").context["form"].errors["answer"]
    assert say(client, product, "radio.bands").context["form"].errors["answer"], "nothing ticked is no answer"
    assert product.parameters == {}


def test_what_nobody_knows_is_not_asked_again(cast, make_product):
    product, client = make_product(parameters={}), cast.client("firm")
    say(client, product, "product.kind", do="unknown")
    assert product.parameters == {"product.kind": {"unknown": True}}
    seen = {ask(client, product.pk)}
    assert "product.kind" not in seen


def test_a_question_put_off_comes_after_all_others(cast, make_product):
    product, client = make_product(parameters={}), cast.client("firm")
    say(client, product, "product.kind", do="later")
    assert product.parameters == {}
    other = ask(client, product.pk)
    assert other != "product.kind"
    from qilian.portal.rulebook.reading import pack

    names = pack().vocabulary.parameters
    product.parameters = {name: {"unknown": True} for name in names if name not in ("product.kind", other)}
    product.save()
    assert ask(client, product.pk) == other
    say(client, product, other, do="unknown")
    assert ask(client, product.pk) == "product.kind"
    assert say(client, product, "product.kind", do="later")["Location"] == f"/products/{product.pk}/answers"


def test_going_back_shows_the_answer_that_was_given(cast, make_product):
    product, client = make_product(parameters={}), cast.client("firm")
    say(client, product, "product.kind", "amr")
    second = ask(client, product.pk)
    page = client.get(f"/products/{product.pk}/questions/{second}/")
    assert page.context["before"] == "product.kind"
    back = client.get(f"/products/{product.pk}/questions/product.kind/").content.decode()
    (ticked,) = re.findall(r"<input[^>]*checked[^>]*>", back)
    assert 'value="amr"' in ticked


def test_a_change_from_the_list_of_answers_leads_back_to_it(cast, make_product):
    product, client = make_product(), cast.client("firm")
    answer = say(client, product, "payload.rated", "300 kg", back="?back=answers")
    assert answer["Location"] == f"/products/{product.pk}/answers"
    assert "300 kg" in client.get(answer["Location"]).content.decode()


def test_the_page_says_live_what_an_answer_would_decide_and_keeps_nothing(cast, make_product):
    product, client = make_product(parameters={}), cast.client("firm")
    part = client.post(f"/products/{product.pk}/questions/product.kind/preview", {"answer": "amr"})
    assert part.context["change"]["undecided"] < 0
    assert b"<html" not in part.content
    product.refresh_from_db()
    assert product.parameters == {}
    none = client.post(f"/products/{product.pk}/questions/product.kind/preview", {"answer": "x"})
    assert none.context["change"]["undecided"] == 0


def test_topics_say_what_is_done_what_is_open_and_what_follows(cast, make_product):
    product, client = make_product(), cast.client("firm")
    topics = {topic.id: topic for topic in client.get(f"/products/{product.pk}/answers").context["topics"]}
    states = {line.parameter.id: line.state for topic in topics.values() for line in topic.lines}
    assert states["payload.rated"] == "answered"
    assert states["machine.is_machinery"] == "follows"
    assert states["radio.bands"] == "open"
    assert topics["radio"].first_open == "radio.bands"
    assert topics["payload"].open == 0


def test_parameters_of_an_older_vocabulary_are_said_and_harm_nothing(cast, make_product):
    product, client = make_product(parameters={"payload.gone": "1 kg"}), cast.client("firm")
    for page in ("", "answers"):
        assert "payload.gone" in client.get(f"/products/{product.pk}/{page}").context["problem"]
    assert client.get(f"/products/{product.pk}/questions/").status_code == 302
    client.post(f"/products/{product.pk}/plans/make")
    product.refresh_from_db()
    assert product.current is None


def test_an_unknown_question_does_not_exist(cast, make_product):
    product = make_product()
    assert cast.client("firm").get(f"/products/{product.pk}/questions/no.such/").status_code == 404
