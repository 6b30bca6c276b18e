"""Facilitators' phones, each with a secret of its own."""

from django.conf import settings
from django.db import models

from opendtm_server.collect.models.forms import FormVersion


class Device(models.Model):
    """A facilitator's phone: one secret token, revocable at once, kept as a hash and under seal."""

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
    digest_sealed = models.BinaryField(
        null=True,
        blank=True,
        help_text="HA1 of HTTP Digest under the house's key; unknown for a token from before it was kept.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_contact_at = models.DateTimeField(null=True, blank=True)
    application = models.CharField(
        max_length=120,
        blank=True,
        help_text="Name and version of the application, as it says itself.",
    )
    pending = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Forms not sent yet; unknown where the phone does not tell.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operation", "code"], name="device_code_once")
        ]

    def __str__(self) -> str:
        """Show the code."""
        return self.code


class HeldForm(models.Model):
    """A form version that a phone has downloaded, and when it last did."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="held_forms")
    form_version = models.ForeignKey(FormVersion, on_delete=models.CASCADE, related_name="held_by")
    fetched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "form_version"], name="held_form_once")
        ]

    def __str__(self) -> str:
        """Show the phone and the version."""
        return f"{self.device_id}/{self.form_version_id}"


class SentCount(models.Model):
    """How many forms a facilitator counted among the sent ones of a day on the phone."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="sent_counts")
    day = models.DateField()
    count = models.PositiveIntegerField()
    said_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "day"], name="sent_count_once")]

    def __str__(self) -> str:
        """Show the day and the count."""
        return f"{self.day}: {self.count}"
