"""The forms of the room: signing in, people and their roles, the audit log's filters, a new operation."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from opendtm.i18n import Label
from opendtm.vocab import code_list
from opendtm_server.govern import login
from opendtm_server.govern.deeds import deed
from opendtm_server.govern.models import AuditEvent, Operation, Organisation
from opendtm_server.govern.problems import TooManyAttempts
from opendtm_server.govern.roles import Role
from opendtm_server.ui.forms import DayInput, SearchInput
from opendtm_server.ui.templatetags.words import short_language

GIVEN_ROLES = [(role.value, role.label) for role in Role if role != Role.PUBLIC]


def sector_choices() -> list[tuple[str, str]]:
    """List the sectors in the reader's language, an empty choice first."""
    return [("", "–"), *((code.name, _text(code.label)) for code in code_list("sector"))]


def _text(label: Label) -> str:
    return label.text(short_language(get_language()))


class SignIn(AuthenticationForm):
    """User name and password; slow after several failures."""

    def clean(self) -> dict[str, Any]:
        """Refuse to try at all after too many failures, and count this one if it fails."""
        username = str(self.cleaned_data.get("username", ""))
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        self._check_may_try(username, address)
        try:
            cleaned = super().clean()
        except ValidationError:
            login.note_failure(username, address)
            raise
        login.forget_failures(username, address)
        return cleaned

    def _check_may_try(self, username: str, address: str) -> None:
        try:
            login.check_may_try(username, address)
        except TooManyAttempts as wait:
            lang = short_language(get_language())
            raise ValidationError(f"{wait.text(lang)} {wait.remedy_text(lang)}") from wait


class RoleForm(forms.Form):
    """A role, and the sector that a cluster viewer belongs to."""

    role = forms.ChoiceField(label=_("Role"), choices=GIVEN_ROLES)
    sector = forms.ChoiceField(
        label=_("Sector"),
        required=False,
        help_text=_("Only for a cluster viewer."),
        choices=sector_choices,
    )


class NewMember(RoleForm):
    """Somebody who is to hold a role; the account is made where there is none of that name."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        validators=[User.username_validator],
        help_text=_(
            "A function rather than a name, such as im-north. An unknown name makes a new account."
        ),
    )
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.order_by("name"), required=False
    )
    field_order = ["username", "role", "sector", "organisation"]


class NewOperation(forms.Form):
    """A new operation."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_(
            "Short: small letters, digits and hyphens. Part of every address; never changes."
        ),
    )
    name = forms.CharField(label=_("Name in English"), max_length=200)
    name_fr = forms.CharField(label=_("Name in French"), max_length=200)
    country = forms.CharField(label=_("Country"), max_length=200)
    country_code = forms.CharField(label=_("P-code of the country"), max_length=10)
    contact_office = forms.CharField(label=_("Office that answers questions"), max_length=200)
    contact_address = forms.CharField(
        label=_("Functional address of that office"),
        max_length=200,
        help_text=_("Never a person's own address."),
    )

    def clean_code(self) -> str:
        """Keep the code in small letters."""
        return str(self.cleaned_data["code"]).lower()


class AuditFilters(forms.Form):
    """What to show of the audit log; stands in the address."""

    subject = forms.CharField(label=_("About"), required=False, widget=SearchInput)
    by = forms.ChoiceField(label=_("By"), required=False)
    action = forms.ChoiceField(label=_("Action"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(label=_("To"), required=False, widget=DayInput)

    def __init__(self, *args: Any, operation: Operation, **kwargs: Any) -> None:
        """Offer the people and actions that the operation's log holds."""
        super().__init__(*args, **kwargs)
        written = AuditEvent.objects.filter(operation=operation.code).order_by()
        for name in ("by", "action"):
            values = sorted(written.values_list(name, flat=True).distinct())
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                say = deed if name == "action" else str
                field.choices = [("", _("all")), *((value, say(value)) for value in values)]
