"""Facilitators' phones, each with a secret of its own."""

from django.conf import settings
from django.db import models


class Device(models.Model):
    """A facilitator's phone: one secret token, revocable at once. Only the token's hash is kept."""

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.CASCADE, related_name="devices"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices"
    )
    code = models.CharField(
        max_length=40, help_text="Shown in lists and in the audit log instead of a name."
    )
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_contact_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operation", "code"], name="device_code_once")
        ]

    def __str__(self) -> str:
        """Show the code."""
        return self.code
