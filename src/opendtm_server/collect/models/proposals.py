"""Sites that were met in the field, until somebody at the desk has decided what they are."""

from django.db import models

from opendtm_server.collect.models.submissions import Submission


class SiteProposal(models.Model):
    """A site as a form describes it. `key` is the id that the phone gave it; once decided, it stands for the site."""

    class State(models.TextChoices):
        """What was decided."""

        WAITING = "waiting", "waiting"
        NEW = "new", "new"
        SAME = "same", "same"
        REFUSED = "refused", "refused"

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.CASCADE, related_name="site_proposals"
    )
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="site_proposals"
    )
    key = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    site_type = models.CharField(max_length=40, blank=True)
    area_code = models.CharField(max_length=40, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    site = models.ForeignKey(
        "places.Site",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposals",
    )
    alias_added = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "key"], name="site_proposal_once"),
            models.CheckConstraint(
                condition=~models.Q(state="refused") | ~models.Q(reason=""),
                name="site_proposal_refused_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["operation", "state"], name="site_proposal_by_state")]

    def __str__(self) -> str:
        """Show the name."""
        return self.name
