"""Passes over the sites of an operation, and the sites that each should cover."""

from django.db import models

from opendtm_server.collect.models.forms import Form


class Round(models.Model):
    """A pass over the places of an operation: weekly, or a campaign."""

    class Kind(models.TextChoices):
        """How a round comes about."""

        WEEKLY = "weekly", "weekly"
        CAMPAIGN = "campaign", "campaign"

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.CASCADE, related_name="rounds"
    )
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="rounds")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    number = models.PositiveIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    signed_off_at = models.DateTimeField(null=True, blank=True)
    signed_off_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "form", "number"], name="round_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="round_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        """Show number and days."""
        return f"{self.number}: {self.starts_on} - {self.ends_on}"


class RoundPlace(models.Model):
    """A site that a round should cover, and why it could not be where that is known."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="places")
    site = models.ForeignKey("places.Site", on_delete=models.CASCADE, related_name="round_places")
    inaccessible_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "site"], name="round_place_once")]

    def __str__(self) -> str:
        """Show the site's number in the round."""
        return f"{self.round_id}/{self.site_id}"
