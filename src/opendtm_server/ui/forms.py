"""How forms look: label, hint with the constraint, field, error - in that order, by one template."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Draws every form with the templates of this room."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"


class DayInput(forms.DateInput):
    """A date by the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        """Write the value as browsers read it."""
        super().__init__(attrs, format="%Y-%m-%d")


class SearchInput(forms.TextInput):
    """A search box; `/` moves there."""

    input_type = "search"
