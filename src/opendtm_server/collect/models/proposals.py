"""Sites met or found changed in the field, until somebody at the desk has decided about them."""

from django.db import models

from opendtm_server.collect.models.submissions import Submission


class SiteProposal(models.Model):
    """A site as a form describes it: one that is not known, or a known one (`about`) that is no longer as listed.

    `key` is the id that the phone gave a site that is not known; once decided, it stands for the site.
    """

    class State(models.TextChoices):
        """What was decided."""

        WAITING = "waiting", "waiting"
        NEW = "new", "new"
        SAME = "same", "same"
        CHANGED = "changed", "changed"
        REFUSED = "refused", "refused"

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.CASCADE, related_name="site_proposals"
    )
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="site_proposals"
    )
    key = models.CharField(max_length=200)
    about = models.ForeignKey(
        "places.Site",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reported_changes",
        help_text="The known site that would change; nothing for one that is not known.",
    )
    name = models.CharField(max_length=200, blank=True)
    site_type = models.CharField(max_length=40, blank=True)
    area_code = models.CharField(max_length=40, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    status = models.CharField(max_length=20, blank=True)
    before = models.JSONField(
        default=dict, help_text="What the site was before an accepted change, part by part."
    )
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
            models.CheckConstraint(
                condition=~models.Q(name="") | models.Q(about__isnull=False),
                name="site_proposal_new_has_name",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="changed") | models.Q(about__isnull=False),
                name="site_proposal_changed_is_known",
            ),
        ]
        indexes = [models.Index(fields=["operation", "state"], name="site_proposal_by_state")]

    def __str__(self) -> str:
        """Show the name."""
        return self.name
