"""What submissions ask of entities: noted with the submission, worked afterwards, never refused."""

from django.db import models

from opendtm_server.collect.models.entities import EntityVersion
from opendtm_server.collect.models.submissions import Submission


class EntityTask(models.Model):
    """That a submission's entities are to be worked; written in the submission's own transaction."""

    submission = models.OneToOneField(
        Submission, on_delete=models.CASCADE, related_name="entity_task"
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["done_at"], name="entity_task_waiting")]

    def __str__(self) -> str:
        """Show the submission's number."""
        return str(self.submission_id)


class EntityChange(models.Model):
    """One change that a submission asks for, and what became of it."""

    class State(models.TextChoices):
        """Where a change stands."""

        HELD = "held", "held"
        APPLIED = "applied", "applied"
        REPEATED = "repeated", "repeated"
        PROPOSED = "proposed", "proposed"
        CONFLICT = "conflict", "conflict"
        PROBLEM = "problem", "problem"
        LEFT_OUT = "left_out", "left out"

    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="entity_changes"
    )
    position = models.PositiveIntegerField()
    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.CASCADE, related_name="entity_changes"
    )
    dataset = models.CharField(max_length=100)
    key = models.CharField(max_length=200)
    create = models.BooleanField(default=False)
    update = models.BooleanField(default=False)
    label = models.CharField(max_length=300)
    values = models.JSONField(default=dict)
    base_version = models.PositiveIntegerField(null=True, blank=True)
    trunk_version = models.PositiveIntegerField(null=True, blank=True)
    branch_id = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.HELD)
    clashing = models.JSONField(default=list, help_text="Properties that others wrote differently.")
    version = models.ForeignKey(
        EntityVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="changes"
    )
    error_code = models.CharField(max_length=20, blank=True)
    details = models.JSONField(default=dict, help_text="The values in the error's sentence.")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "position"], name="entity_change_once"),
            models.CheckConstraint(
                condition=~models.Q(state="applied") | models.Q(version__isnull=False),
                name="entity_change_applied_has_version",
            ),
        ]
        indexes = [
            models.Index(fields=["operation", "state"], name="entity_change_by_state"),
            models.Index(fields=["operation", "dataset", "key"], name="entity_change_of_entity"),
        ]

    def __str__(self) -> str:
        """Show list and key."""
        return f"{self.dataset} {self.key}"
