"""The forms on this room's pages: what is asked, and what is allowed, said before the error."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from opendtm_server.collect.models import Form, Round
from opendtm_server.ui.forms import DayInput, SearchInput

if TYPE_CHECKING:
    from opendtm_server.govern.models import Operation

UPLOAD_LIMIT = 20 * 1024 * 1024
SHEET_LIMIT = 60


class XlsFormUpload(forms.Form):
    """A questionnaire to check or to publish."""

    file = forms.FileField(
        label=_("XLSForm"),
        help_text=_(
            "An Excel file (.xlsx or .xls) with the sheets survey, choices and settings, up to 20 MB."
        ),
    )

    def clean_file(self) -> Any:
        """Refuse a file over the limit."""
        file = self.cleaned_data["file"]
        if file.size > UPLOAD_LIMIT:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return file


class NewRound(forms.Form):
    """The days of a round."""

    form = forms.ModelChoiceField(queryset=Form.objects.none(), label=_("Form"), empty_label=None)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("weekly", _("Weekly")), ("campaign", _("Campaign"))],
        help_text=_("Weekly rounds of one form never overlap."),
    )
    starts_on = forms.DateField(label=_("First day"), widget=DayInput)
    ends_on = forms.DateField(
        label=_("Last day"), widget=DayInput, help_text=_("Counts as a day of the round.")
    )

    def __init__(self, *args: Any, operation: "Operation", today: date, **kwargs: Any) -> None:
        """Offer the forms in use, and the week that follows the last round."""
        super().__init__(*args, **kwargs)
        chosen = self.fields["form"]
        if isinstance(chosen, forms.ModelChoiceField):
            chosen.queryset = Form.objects.filter(operation=operation, retired_at=None).order_by(
                "title"
            )
        last = Round.objects.filter(operation=operation).order_by("-ends_on").first()
        starts_on = (
            last.ends_on + timedelta(days=1) if last else today - timedelta(days=today.weekday())
        )
        self.fields["starts_on"].initial = starts_on
        self.fields["ends_on"].initial = starts_on + timedelta(days=6)


class NewDevice(forms.Form):
    """A phone and the facilitator who carries it."""

    user = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Facilitator"))
    code = forms.SlugField(
        label=_("Code of the phone"),
        required=False,
        max_length=40,
        help_text=_("Shown in lists instead of a name. Left empty, the next number is taken."),
    )

    def __init__(self, *args: Any, operation: "Operation", **kwargs: Any) -> None:
        """Offer the people of the operation."""
        super().__init__(*args, **kwargs)
        chosen = self.fields["user"]
        if isinstance(chosen, forms.ModelChoiceField):
            people = User.objects.filter(memberships__operation=operation, is_active=True)
            chosen.queryset = people.distinct().order_by("username")


class PhoneFilters(forms.Form):
    """Which phones to show."""

    q = forms.CharField(label=_("Phone or facilitator"), required=False, widget=SearchInput)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("in_use", _("In use")),
            ("silent", _("Not heard of for three days")),
            ("revoked", _("Revoked")),
        ],
    )


class TrainingDay(forms.Form):
    """The phones of a training day, all at once."""

    names = forms.CharField(
        label=_("Phones, one on each line"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "A name for each phone, such as bria-1; no person's name. Up to 60. An account of the same name is made for each."
        ),
    )
    lang = forms.ChoiceField(
        label=_("Language of the phones"), choices=[("fr", "Français"), ("en", "English")]
    )

    def clean_names(self) -> list[str]:
        """Give the names without blank lines; refuse doubles, names that leave nothing, and too many."""
        names = [line.strip() for line in self.cleaned_data["names"].splitlines() if line.strip()]
        codes = [slugify(name) for name in names]
        if not names or not all(codes):
            raise forms.ValidationError(_("Every line needs a name with letters or digits."))
        if len(names) > SHEET_LIMIT:
            raise forms.ValidationError(_("These are more than 60 phones; make two sheets."))
        if len(set(codes)) < len(codes):
            raise forms.ValidationError(_("The same name stands on two lines."))
        return names


class SentCounted(forms.Form):
    """What a facilitator counts on the phone."""

    day = forms.DateField(label=_("Day"), widget=DayInput, initial=timezone.localdate)
    count = forms.IntegerField(
        label=_("Forms that the phone shows as sent on that day"), min_value=0, max_value=100_000
    )

    def clean_day(self) -> date:
        """Refuse a day that has not come."""
        day: date = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class OneDay(forms.Form):
    """The day that a page is about."""

    day = forms.DateField(label=_("Day"), widget=DayInput, required=False)


class Reason(forms.Form):
    """A reason in words."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class OptionalReason(forms.Form):
    """A reason that may be taken back."""

    reason = forms.CharField(
        label=_("Why the site could not be reached"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Left empty, the site counts as not yet visited."),
    )


class CoverageFilters(forms.Form):
    """Which sites of a round to show."""

    q = forms.CharField(label=_("Site"), required=False, widget=SearchInput)
    state = forms.ChoiceField(
        label=_("Coverage"),
        required=False,
        choices=[
            ("", _("All")),
            ("assessed", _("Visited")),
            ("not_covered", _("Not yet visited")),
            ("inaccessible", _("Inaccessible")),
            ("closed", _("Closed")),
        ],
    )


class SubmissionFilters(forms.Form):
    """Which submissions to show."""

    q = forms.CharField(label=_("Site or number"), required=False, widget=SearchInput)
    round = forms.TypedChoiceField(label=_("Round"), required=False, coerce=int, empty_value=None)
    placed = forms.ChoiceField(
        label=_("Place and files"),
        required=False,
        choices=[
            ("", _("All")),
            ("no_site", _("Site not known")),
            ("no_round", _("In no round")),
            ("missing", _("Files missing")),
            ("replaced", _("Replaced by an edit")),
        ],
    )

    def __init__(self, *args: Any, operation: "Operation", **kwargs: Any) -> None:
        """Offer the operation's rounds."""
        super().__init__(*args, **kwargs)
        rounds = Round.objects.filter(operation=operation).order_by("-starts_on")
        chosen = self.fields["round"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [("", _("All")), *((one.pk, str(one.number)) for one in rounds)]


class NewPublicLink(forms.Form):
    """A form that anybody with the address may fill."""

    form = forms.ModelChoiceField(queryset=Form.objects.none(), label=_("Form"), empty_label=None)
    code = forms.SlugField(
        label=_("Name of the link"),
        max_length=40,
        help_text=_(
            "Letters, digits and hyphens, such as needs-bria-march. Shown on the desk only."
        ),
    )
    opens_on = forms.DateField(label=_("First day"), widget=DayInput, initial=timezone.localdate)
    closes_on = forms.DateField(label=_("Last day"), widget=DayInput)
    quota = forms.IntegerField(
        label=_("Forms taken at most"), min_value=1, max_value=100_000, initial=500
    )

    def __init__(self, *args: Any, operation: "Operation", **kwargs: Any) -> None:
        """Offer the forms in use."""
        super().__init__(*args, **kwargs)
        chosen = self.fields["form"]
        if isinstance(chosen, forms.ModelChoiceField):
            in_use = Form.objects.filter(operation=operation, retired_at=None)
            chosen.queryset = in_use.order_by("title")

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        chosen = super().clean() or {}
        opens_on, closes_on = chosen.get("opens_on"), chosen.get("closes_on")
        if opens_on and closes_on and closes_on < opens_on:
            self.add_error("closes_on", _("The last day cannot be before the first."))
        return chosen
