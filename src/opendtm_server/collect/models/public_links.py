"""Public links: a form that anybody with the address may fill, for a time and up to a number."""

from django.db import models
from django.db.models import F, Q

from opendtm_server.collect.models.forms import Form


class PublicLink(models.Model):
    """An open address of one form for self-reporting. Its secret is no key: it is meant to be passed on."""

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.PROTECT, related_name="public_links"
    )
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="public_links")
    code = models.SlugField(
        max_length=40, help_text="Shown in lists, and in the audit log as the sender."
    )
    secret = models.CharField(max_length=64, unique=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    quota = models.PositiveIntegerField(help_text="How many forms are taken.")
    used = models.PositiveIntegerField(default=0, help_text="How many forms were taken.")
    minute = models.DateTimeField(
        null=True, blank=True, help_text="The minute that `in_minute` counts."
    )
    in_minute = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "code"], name="public_link_code_once"),
            models.CheckConstraint(
                condition=Q(used__lte=F("quota")), name="public_link_within_quota"
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="public_link_closes_after_it_opens"
            ),
        ]

    def __str__(self) -> str:
        """Show the code."""
        return self.code
