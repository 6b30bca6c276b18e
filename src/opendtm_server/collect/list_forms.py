"""The forms on the pages of entity lists, proposed sites, and the part of them that a phone carries."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opendtm_server.collect.models import EntityList
from opendtm_server.ui.forms import DayInput, SearchInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opendtm_server.govern.models import Operation

SHEET_LIMIT = 20 * 1024 * 1024


class NewList(forms.Form):
    """A list that the operation keeps itself."""

    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_(
            "As forms name it, such as households for households.csv: letters, digits, - and _."
        ),
    )
    personal = forms.BooleanField(
        label=_("Holds personal data"),
        required=False,
        help_text=_(
            "Names, telephone numbers, documents. Only phones that are given the list carry it."
        ),
    )


class EntityFilters(forms.Form):
    """Which entities to show."""

    q = forms.CharField(label=_("Label or id"), required=False, widget=SearchInput)


class ChangeFilters(forms.Form):
    """Which changes to show."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("open", _("To decide")),
            ("conflict", _("In conflict")),
            ("problem", _("At fault")),
            ("held", _("Waiting for an earlier one")),
            ("left_out", _("Left out")),
            ("applied", _("Applied")),
            ("repeated", _("Repeated")),
            ("all", _("All")),
        ],
    )


class SheetUpload(forms.Form):
    """A spreadsheet of entities."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_(
            "In UTF-8, up to 20 MB, with a heading row. Column label: what people choose by. Column name: the id of each entity; without it every row is a new one. Every other column is a property."
        ),
    )

    def clean_file(self) -> Any:
        """Refuse a file over the limit."""
        file = self.cleaned_data["file"]
        if file.size > SHEET_LIMIT:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return file


class LeaveReason(forms.Form):
    """Why a change is left out; nothing is needed to take it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("Needed to leave the change out."),
    )


class ProposalFilters(forms.Form):
    """Which proposed sites to show."""

    q = forms.CharField(label=_("Name"), required=False, widget=SearchInput)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("waiting", _("To decide")),
            ("new", _("Entered as new")),
            ("same", _("Known already")),
            ("changed", _("Changed as told")),
            ("refused", _("Refused")),
            ("all", _("All")),
        ],
    )


class AsNew(forms.Form):
    """A proposed site as a new one."""

    code = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9_.-]*$",
        label=_("Site ID"),
        max_length=40,
        help_text=_("Never given twice, never changed."),
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    since = forms.DateField(label=_("Open since"), widget=DayInput)


class AsKnown(forms.Form):
    """A proposed site as one that is known."""

    code = forms.CharField(label=_("Site ID of the known site"), max_length=40)


class AsChanged(forms.Form):
    """What of a known site is to be changed as a form says, and from which day on."""

    parts = forms.MultipleChoiceField(
        label=_("Change"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is not ticked stays as it is."),
    )
    since = forms.DateField(label=_("From the day"), widget=DayInput)

    def __init__(self, *args: Any, parts: "Sequence[tuple[str, str]]", **kwargs: Any) -> None:
        """Offer the parts that would change, all of them ticked."""
        super().__init__(*args, **kwargs)
        chosen = self.fields["parts"]
        if isinstance(chosen, forms.MultipleChoiceField):
            chosen.choices = parts
        chosen.initial = [part for part, _words in parts]


class Refusal(forms.Form):
    """Why a proposed site is none, or a change is not made."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class PhoneScope(forms.Form):
    """Which part of the lists a phone carries."""

    areas = forms.CharField(
        label=_("Areas and sites"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "P-codes of areas or site IDs, with blanks or commas between. Left empty, the phone carries the whole operation."
        ),
    )
    lists = forms.ModelMultipleChoiceField(
        queryset=EntityList.objects.none(),
        label=_("Lists with personal data"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what this facilitator needs for the work."),
    )

    def __init__(self, *args: Any, operation: "Operation", **kwargs: Any) -> None:
        """Offer the operation's lists with personal data."""
        super().__init__(*args, **kwargs)
        personal = EntityList.objects.filter(operation=operation, personal=True)
        chosen = self.fields["lists"]
        if isinstance(chosen, forms.ModelMultipleChoiceField):
            chosen.queryset = personal
        if not personal.exists():
            del self.fields["lists"]

    def codes(self) -> list[str]:
        """Give the codes that were written, each once."""
        return list(dict.fromkeys(self.cleaned_data["areas"].replace(",", " ").split()))
