"""The forms on the pages of sources: where a form lies, how to sign in, how often, what its questions measure."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opendtm_server.collect.actions import Habits, Place

KINDS = [("central", "ODK Central"), ("kobo", "KoBoToolbox")]


class SourceHabits(forms.Form):
    """The secret, how often the source is pulled, and what its form's questions measure."""

    secret = forms.CharField(
        label=_("Password or token"),
        required=False,
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "Sealed at once and never shown again. Left empty, the one given before stays."
        ),
    )
    every_minutes = forms.IntegerField(
        label=_("Pull every so many minutes"),
        required=False,
        min_value=5,
        max_value=10_080,
        help_text=_("From 5 to 10,080 (a week). Left empty, it is pulled by hand only."),
    )
    mapping = forms.CharField(
        label=_("What the form's questions measure"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "One line a question: its path or name, a colon, a concept - /visit/site: site_id."
            " Where its choices have other codes: /visit/water: need_wash 1=critical 2=serious."
            " Not needed for a form that says it itself."
        ),
    )

    def habits(self) -> Habits:
        """Give what was said about how the source is pulled."""
        said = self.cleaned_data
        return Habits(said["every_minutes"], said["mapping"].strip())


class NewSource(SourceHabits):
    """A form on another server."""

    name = forms.SlugField(
        label=_("Name of the source"),
        max_length=40,
        help_text=_("Shown in lists: letters, digits and hyphens, such as kobo-north."),
    )
    kind = forms.ChoiceField(label=_("Kind of server"), choices=KINDS)
    url = forms.CharField(
        label=_("Address of the server"),
        max_length=300,
        help_text=_("It begins with https, such as https://kf.kobotoolbox.org."),
    )
    project = forms.IntegerField(
        label=_("Number of the project"),
        required=False,
        min_value=1,
        max_value=2_000_000_000,
        help_text=_("ODK Central only."),
    )
    remote_form = forms.CharField(
        label=_("Form ID or UID"),
        max_length=200,
        help_text=_(
            "The form ID on ODK Central; on KoBoToolbox the UID, as in the form's address."
        ),
    )
    account = forms.CharField(
        label=_("User"),
        required=False,
        max_length=200,
        help_text=_("The e-mail address that signs in to ODK Central; empty for a token."),
    )
    field_order = ("name", "kind", "url", "project", "remote_form", "account", "secret")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for the secret, which a new source cannot do without."""
        super().__init__(*args, **kwargs)
        self.fields["secret"].required = True
        self.fields["secret"].help_text = _("Sealed at once and never shown again.")

    def clean(self) -> dict[str, Any]:
        """Ask for the project where the server has projects."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("kind") == "central" and not said.get("project"):
            self.add_error("project", _("ODK Central needs the number of the project."))
        return said

    def place(self) -> Place:
        """Give where the form lies."""
        said = self.cleaned_data
        central = said["kind"] == "central"
        return Place(
            kind=said["kind"],
            url=said["url"],
            remote_form=said["remote_form"].strip(),
            project=said["project"] if central else None,
            account=said["account"].strip() if central else "",
        )
