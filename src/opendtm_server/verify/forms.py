"""The forms on this room's pages: correcting an answer, giving a reason, choosing findings."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opendtm.vocab import Concept, Kind, code_list
from opendtm_server.collect import queries as collect
from opendtm_server.ui.forms import DayInput, SearchInput
from opendtm_server.ui.templatetags.words import language
from opendtm_server.verify.queries import Wish, check_codes

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

KEY_LIMIT = 64 * 1024


class Correct(forms.Form):
    """A decided answer and why."""

    value = forms.CharField(required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who confirmed it, and how."),
    )

    def __init__(self, *args: Any, concept: Concept, **kwargs: Any) -> None:
        """Ask for the value as its concept wants it."""
        super().__init__(*args, **kwargs)
        self.fields["value"] = _field(concept)


class Reason(forms.Form):
    """A reason in words."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReviewForm(forms.Form):
    """Where a submission stands."""

    state = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("approved", _("Approved")),
            ("has_issues", _("Has issues")),
            ("rejected", _("Rejected")),
        ],
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed unless it is approved."),
    )


class FindingFilters(forms.Form):
    """Which findings to show."""

    q = forms.CharField(label=_("Site"), required=False, widget=SearchInput)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("open", _("Open")),
            ("corrected", _("Corrected")),
            ("accepted", _("Accepted")),
            ("cleared", _("No longer found")),
        ],
    )
    severity = forms.ChoiceField(
        label=_("Severity"),
        required=False,
        choices=[
            ("", _("All")),
            ("hard", _("Must be decided")),
            ("soft", _("Worth a look")),
            ("note", _("Note")),
        ],
    )
    check = forms.ChoiceField(label=_("Check"), required=False)
    round = forms.TypedChoiceField(label=_("Round"), required=False, coerce=int, empty_value=None)
    site = forms.CharField(label=_("Site ID"), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, operation: "Operation", **kwargs: Any) -> None:
        """Offer the checks that found something, and the operation's rounds."""
        super().__init__(*args, **kwargs)
        names = [(code, code.replace("_", " ")) for code in check_codes(operation)]
        rounds = [(str(one.pk), str(one.number)) for one in collect.rounds_of(operation)]
        for name, choices in (("check", names), ("round", rounds)):
            chosen = self.fields[name]
            if isinstance(chosen, forms.ChoiceField):
                chosen.choices = [("", _("All")), *choices]


class ExportWish(forms.Form):
    """Which raw answers, and as what file."""

    form: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        queryset=None, label=_("Form"), empty_label=None
    )
    kind = forms.ChoiceField(
        label=_("Format"),
        choices=[
            ("xlsx", _("Excel workbook, a sheet for each repeat")),
            ("csv", _("CSV files in an archive")),
            ("spss", _("SPSS files in an archive")),
            ("stata", _("Stata files in an archive")),
            ("geojson", _("GeoJSON points")),
            ("gpkg", _("GeoPackage points")),
            ("parquet", _("Parquet files in an archive")),
        ],
    )
    lang = forms.ChoiceField(
        label=_("Language of the words"), choices=[("en", "English"), ("fr", "Français")]
    )
    labels = forms.BooleanField(
        label=_("Words instead of codes"),
        required=False,
        help_text=_("Questions and choices by their words. Codes are better for machines."),
    )
    corrected = forms.BooleanField(
        label=_("With corrections"),
        required=False,
        initial=True,
        help_text=_("Otherwise as sent. A column tells what was corrected."),
    )
    guarded = forms.BooleanField(
        label=_("CSV for a spreadsheet"),
        required=False,
        initial=True,
        help_text=_("An apostrophe before texts that a spreadsheet would take for a formula."),
    )
    review = forms.ChoiceField(
        label=_("State of the review"),
        required=False,
        choices=[
            ("", _("All")),
            ("approved", _("Approved")),
            ("received", _("Not reviewed yet")),
            ("has_issues", _("Has issues")),
            ("rejected", _("Rejected")),
        ],
    )
    round = forms.TypedChoiceField(label=_("Round"), required=False, coerce=int, empty_value=None)
    site = forms.CharField(label=_("Site ID"), required=False, max_length=200)
    since = forms.DateField(label=_("Received from"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Received until"), required=False, widget=DayInput)
    personal = forms.BooleanField(
        label=_("With personal answers"),
        required=False,
        help_text=_("Only where the purpose needs it. It is written into the audit log."),
    )

    def __init__(self, *args: Any, operation: "Operation", personal: bool, **kwargs: Any) -> None:
        """Offer the forms that were filled and the rounds; personal answers only to who may have them."""
        super().__init__(*args, **kwargs)
        chosen = self.fields["form"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = collect.filled_forms(operation)
        rounds = [(str(one.pk), str(one.number)) for one in collect.rounds_of(operation)]
        offered = self.fields["round"]
        if isinstance(offered, forms.ChoiceField):
            offered.choices = [("", _("All")), *rounds]
        if not personal:
            del self.fields["personal"]

    def wish(self) -> Wish:
        """Give what was chosen."""
        said = dict(self.cleaned_data)
        return Wish(**said | {"form": said["form"].pk})


def _field(concept: Concept) -> forms.Field:
    blank = _("Left empty, the answer counts as unknown.")
    common: dict[str, Any] = {"label": _("New value"), "required": False, "help_text": blank}
    if concept.codes:
        codes = [(code.name, code.label.text(language())) for code in code_list(concept.codes)]
        if concept.kind is Kind.CODES:
            return forms.MultipleChoiceField(
                choices=codes, widget=forms.CheckboxSelectMultiple, **common
            )
        return forms.ChoiceField(choices=[("", "–"), *codes], **common)
    if concept.kind is Kind.COUNT:
        return forms.FloatField(
            min_value=0, widget=forms.NumberInput(attrs={"step": "any"}), **common
        )
    if concept.kind is Kind.NUMBER:
        return forms.FloatField(widget=forms.NumberInput(attrs={"step": "any"}), **common)
    if concept.kind is Kind.DATE:
        return forms.DateField(widget=DayInput, **common)
    return forms.CharField(max_length=200, **common)


class PrivateKey(forms.Form):
    """The private key of an encrypted form, for this once."""

    key = forms.FileField(
        label=_("Private key of the form"),
        help_text=_(
            "A PEM file, or a DER file in the form PKCS8. It is used for this once and not kept."
        ),
    )
    passphrase = forms.CharField(
        label=_("Passphrase of the key"),
        required=False,
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Only where the key is protected with one."),
    )

    def clean_key(self) -> bytes:
        """Read the key; refuse what is far larger than any key."""
        file = self.cleaned_data["key"]
        if file.size > KEY_LIMIT:
            raise forms.ValidationError(_("This file is too large to be a private key."))
        content: bytes = file.read()
        return content
