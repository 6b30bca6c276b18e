"""The forms of the room: filters of the list of sites, a site and its changes, the import of areas."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from opendtm import records
from opendtm.vocab import code_list
from opendtm_server.places.models import Area
from opendtm_server.places.position_words import KINDS
from opendtm_server.ui.forms import DayInput, SearchInput
from opendtm_server.ui.templatetags.words import language, name_of

LARGEST_MB = 50
ENDINGS = (".geojson", ".json", ".topojson", ".zip", ".gpkg")
FIRST = [("", _("all"))]


def choices(name: str) -> list[tuple[str, str]]:
    """List the codes of a list in the reader's language."""
    return [(code.name, code.label.text(language())) for code in code_list(name)]


class Position(forms.Form):
    """Where something is, in decimal degrees."""

    latitude = forms.FloatField(
        label=_("Latitude"),
        required=False,
        min_value=-90,
        max_value=90,
        help_text=_("Decimal degrees, -90 to 90."),
    )
    longitude = forms.FloatField(
        label=_("Longitude"),
        required=False,
        min_value=-180,
        max_value=180,
        help_text=_("Decimal degrees, -180 to 180."),
    )


class NewSite(Position):
    """A site that the operation did not know yet."""

    code = forms.CharField(
        label=_("Site ID"),
        max_length=40,
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", _("Letters, digits, dots and hyphens only.")
            )
        ],
        help_text=_("Stable for ever; never given to another site."),
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    site_type = forms.ChoiceField(label=_("Type"), choices=lambda: choices("site_type"))
    since = forms.DateField(label=_("Known since"), widget=DayInput, initial=timezone.localdate)
    confirmed = forms.BooleanField(
        label=_("I have checked: this is another site"), required=False, widget=forms.HiddenInput
    )
    field_order = ["code", "name", "site_type", "latitude", "longitude", "since", "confirmed"]

    def site(self) -> records.Site:
        """Give the site as the workshop knows it."""
        chosen = self.cleaned_data
        return records.Site(
            site_id=chosen["code"],
            name=chosen["name"],
            site_type=chosen["site_type"],
            latitude=chosen["latitude"],
            longitude=chosen["longitude"],
        )

    def ask_to_confirm(self) -> None:
        """Show the box that says it is another site than the likely twins."""
        self.fields["confirmed"].widget = forms.CheckboxInput()


class Rename(forms.Form):
    """A name instead of the present one, or beside it."""

    name = forms.CharField(label=_("Name"), max_length=200)


class Move(Position):
    """Another position, and the day from which it holds."""

    on = forms.DateField(label=_("On"), widget=DayInput, initial=timezone.localdate)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for the whole position."""
        super().__init__(*args, **kwargs)
        for name in ("latitude", "longitude"):
            self.fields[name].required = True


class NewStatus(forms.Form):
    """A status and the day from which it holds."""

    status = forms.ChoiceField(label=_("Status"), choices=lambda: choices("site_status"))
    since = forms.DateField(label=_("Since"), widget=DayInput, initial=timezone.localdate)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("In a few words, without names of persons."),
    )


class PositionsShown(forms.Form):
    """How positions are shown outside the office."""

    public = forms.ChoiceField(
        label=_("To everybody"),
        choices=list(KINDS.items()),
        help_text=_("In releases, on the portal and on its maps."),
    )
    partners = forms.ChoiceField(
        label=_("To partners"),
        choices=list(KINDS.items()),
        help_text=_("On the pages and in the files of the desk, to cluster viewers."),
    )
    small_below = forms.IntegerField(
        label=_("Small sites: fewer persons than"),
        required=False,
        min_value=1,
        help_text=_("In releases they are shown by their area alone. Empty: no such rule."),
    )


class SiteFilters(forms.Form):
    """Which sites to show; stands in the address."""

    q = forms.CharField(label=_("Name, alias or ID"), required=False, widget=SearchInput)
    area = forms.ChoiceField(label=_("Area"), required=False)
    site_type = forms.ChoiceField(
        label=_("Type"), required=False, choices=lambda: [*FIRST, *choices("site_type")]
    )
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=lambda: [*FIRST, *choices("site_status")]
    )

    def __init__(self, *args: Any, areas: list[Area], **kwargs: Any) -> None:
        """Offer the areas of the day, indented by level."""
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                *FIRST,
                *((area.code, f"{name_of(area)} ({area.code})") for area in areas),
            ]


class BoundaryFile(forms.Form):
    """A file of administrative areas to import."""

    file = forms.FileField(
        label=_("Boundary file"),
        help_text=format_lazy(
            _("GeoJSON, TopoJSON, GeoPackage or a zipped shapefile with P-codes, up to {mb} MB."),
            mb=LARGEST_MB,
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(ENDINGS)}),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        help_text=_("Who made it and when, as it is to stand under every map."),
    )
    valid_from = forms.DateField(
        label=_("These borders hold from"),
        widget=DayInput,
        help_text=_("Earlier ones of the same level end then."),
    )

    def clean_file(self) -> "UploadedFile[Any]":
        """Refuse a file that is too large or of another kind."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_MB * 1024 * 1024:
            raise forms.ValidationError(
                _("The file is larger than %(mb)s MB."), params={"mb": LARGEST_MB}
            )
        if not str(file.name).lower().endswith(ENDINGS):
            raise forms.ValidationError(_("Files of this kind cannot be imported."))
        return file
