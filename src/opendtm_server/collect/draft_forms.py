"""The forms on the pages of the form studio."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opendtm_server.collect.models import FormVersion


class TwoVersions(forms.Form):
    """Which two versions of a form to compare."""

    before = forms.TypedChoiceField(
        label=_("Earlier version"), required=False, coerce=int, empty_value=None
    )
    after = forms.TypedChoiceField(
        label=_("Later version"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, versions: Sequence[FormVersion], **kwargs: Any) -> None:
        """Offer the versions of a form, the newest first; the newest two are chosen."""
        super().__init__(*args, **kwargs)
        self.versions = {version.pk: version for version in versions}
        offered = [(one.pk, one.version or "–") for one in versions]
        for place, name in enumerate(("after", "before")):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = offered
            if len(versions) > place:
                field.initial = versions[place].pk

    def pair(self) -> tuple[FormVersion | None, FormVersion | None]:
        """Give the two versions, where there are two; what was not chosen is one of the newest two."""
        chosen = self.cleaned_data if self.is_valid() else {}
        before, after = (
            self.versions.get(chosen.get(name) or self.fields[name].initial or 0)
            for name in ("before", "after")
        )
        return before, after
