"""Signing in and out, and replacing one's password, with Django's own views."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from opendtm_server.govern import actions
from opendtm_server.govern.forms import SignIn
from opendtm_server.govern.queries import has_first_password


class SignInPage(views.LoginView):
    """The way in."""

    template_name = "govern/login.html"
    authentication_form = SignIn
    redirect_authenticated_user = True


class SignOut(views.LogoutView):
    """The way out, by POST only."""


class PasswordPage(views.PasswordChangeView):
    """A new password instead of the old one; a first password has to be replaced here."""

    template_name = "govern/password.html"
    success_url = reverse_lazy("govern:desk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Tell whether the password must be replaced before anything else."""
        first = has_first_password(self.request.user)
        return super().get_context_data(first=first, **kwargs)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Keep the new password and note it."""
        answer = super().form_valid(form)
        user = self.request.user
        if isinstance(user, User):
            actions.replace_password(user=user)
        messages.success(self.request, _("Your password has been replaced."))
        return answer
