"""Forms of the content pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from qilian.portal.rulebook.models import Comment


class CommentForm(forms.ModelForm[Comment]):
    """Says what is wrong."""

    class Meta:
        model = Comment
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 4, "maxlength": 4000})}  # noqa: RUF012


class AnswerForm(forms.ModelForm[Comment]):
    """Answers a comment."""

    answer = forms.CharField(label=_("Answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))

    class Meta:
        model = Comment
        fields = ("answer",)
