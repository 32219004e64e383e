"""Draws Django's forms in the pages' look: errors beside the field and summed at the top."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Uses the templates of this folder for forms and fields."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
