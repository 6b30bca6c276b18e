"""The forms on the pages of the form studio."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opendtm.records import Severity
from opendtm_server.collect.forms import UPLOAD_LIMIT
from opendtm_server.collect.models import FormVersion
from opendtm_server.ui.templatetags.words import language


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


class DraftUpload(forms.Form):
    """A file to begin a draft with, or to go on with."""

    file = forms.FileField(
        label=_("XLSForm or XForm"),
        help_text=_(
            "An Excel file (.xlsx or .xls), a CSV, or the XML of an XForm as it is, up to 20 MB."
        ),
    )

    def clean_file(self) -> Any:
        """Refuse a file over the limit."""
        file = self.cleaned_data["file"]
        if file.size > UPLOAD_LIMIT:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return file


class FindingFilters(forms.Form):
    """Which findings to show."""

    weight = forms.ChoiceField(
        label=_("Weight"),
        required=False,
        choices=[
            ("", _("All")),
            (Severity.HARD.value, _("Must be mended")),
            (Severity.SOFT.value, _("Better mended")),
            (Severity.NOTE.value, _("Remark")),
        ],
    )

    def severity(self) -> Severity | None:
        """Give the weight that was chosen; None for all."""
        said = self.cleaned_data.get("weight") if self.is_valid() else ""
        return Severity(said) if said else None


class PreviewLanguage(forms.Form):
    """In which of its languages to show a form."""

    language_shown = forms.ChoiceField(label=_("Language of the form"), required=False)

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        """Offer the languages of the form; the reader's own comes first."""
        super().__init__(*args, **kwargs)
        mine = f"({language()})"
        self.languages = sorted(languages, key=lambda name: mine not in name.lower())
        field = self.fields["language_shown"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(name, name) for name in self.languages]

    def language(self) -> str:
        """Give the language that was chosen, or the first."""
        said = self.cleaned_data.get("language_shown") if self.is_valid() else ""
        return said or next(iter(self.languages), "")


class PublishDraft(forms.Form):
    """The version under which a draft is published."""

    version = forms.CharField(
        label=_("Version"),
        max_length=60,
        help_text=_("A version that this form has not had. It is written into the form."),
    )

    def __init__(self, *args: Any, fixed: bool, **kwargs: Any) -> None:
        """Ask for a version, or show the one that stands in the bytes of an XForm."""
        super().__init__(*args, **kwargs)
        if fixed:
            field = self.fields["version"]
            field.disabled, field.required = True, False
            field.help_text = _("An XForm is published as it is, with the version in its bytes.")


class ConceptFilters(forms.Form):
    """Which questions to show on the page of concepts."""

    measured = forms.ChoiceField(
        label=_("Questions"),
        required=False,
        choices=[
            ("", _("All")),
            ("no", _("Without a concept")),
            ("suggested", _("With a suggestion")),
            ("yes", _("With a concept")),
        ],
    )

    def keeps(self, chosen: str, suggested: str) -> bool:
        """Tell whether a question is shown, by its concept and its suggestion."""
        said = self.cleaned_data.get("measured", "") if self.is_valid() else ""
        shown = {"no": not chosen, "suggested": bool(suggested), "yes": bool(chosen)}
        return shown.get(said, True)
