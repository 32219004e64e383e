"""The template of our own for selects draws what Django's draws."""

import pytest

CHOICES = [
    ("", "any"),
    ("a", "A & <b>"),
    ("zhejiang", [(330100, "杭州"), ("330200", "宁波")]),
    ("more", [("x", "X")]),
]


@pytest.mark.parametrize("multiple", [False, True])
@pytest.mark.parametrize("value", [None, "", "a", 330100, ["330200", "x"]])
def test_it_says_the_same(portal: str, multiple: bool, value: object):
    from django.forms import Select, SelectMultiple
    from django.forms.renderers import DjangoTemplates, get_default_renderer

    widget = (SelectMultiple if multiple else Select)(choices=CHOICES, attrs={"class": "form-select", "required": True})
    attributes = {"id": "city", "aria-describedby": "city_helptext", "disabled": False}
    ours, django = (
        widget.render("city", value, attributes, renderer) for renderer in (get_default_renderer(), DjangoTemplates())
    )
    assert ours.split() == django.split()
    assert 'value="330100"' in ours
