"""Doubts and decisions: findings on submissions, corrections beside the answers, reviews."""

from django.db import models


class Finding(models.Model):
    """Something that looks wrong in a submission, open until somebody decides.

    `message` is the English sentence, `values` the numbers in it; both are put together in the reader's
    language when shown. Never personal data.
    """

    class State(models.TextChoices):
        """Where a finding stands."""

        OPEN = "open", "open"
        CORRECTED = "corrected", "corrected"
        ACCEPTED = "accepted", "accepted"
        CLEARED = "cleared", "no longer found"

    operation = models.ForeignKey(
        "govern.Operation",
        on_delete=models.CASCADE,
        related_name="findings",
        db_index=False,
        help_text="That of the submission, so that a list of many is found by an index.",
    )
    submission = models.ForeignKey(
        "collect.Submission", on_delete=models.CASCADE, related_name="findings"
    )
    check_code = models.CharField(max_length=60)
    severity = models.CharField(max_length=10)
    concept = models.CharField(max_length=60, blank=True)
    subject = models.CharField(
        max_length=200, blank=True, help_text="Where in the submission, if one check speaks twice."
    )
    message = models.CharField(max_length=500)
    values = models.JSONField(default=dict)
    remedy = models.CharField(max_length=500, blank=True)
    remedy_values = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decision = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]
        # A list shows the weightiest first, then the newest: every index ends in severity and number.
        indexes = [
            models.Index("operation", "state", "severity", "id", name="finding_by_state"),
            models.Index("operation", "severity", "id", name="finding_by_severity"),
            models.Index("operation", "check_code", "severity", "id", name="finding_by_check"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "check_code", "concept", "subject"], name="finding_once"
            ),
        ]

    def __str__(self) -> str:
        """Show the check."""
        return self.check_code


class Check(models.Model):
    """When a submission was last checked. A submission without one waits for the checks."""

    operation = models.ForeignKey(
        "govern.Operation",
        on_delete=models.CASCADE,
        related_name="checks",
        db_index=False,
        help_text="That of the submission.",
    )
    submission = models.OneToOneField(
        "collect.Submission", on_delete=models.CASCADE, related_name="checked"
    )
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("operation", "at", name="check_newest")]

    def __str__(self) -> str:
        """Show the submission's number."""
        return str(self.submission_id)


class Correction(models.Model):
    """A decided answer that stands beside the sent one. The newest for a concept holds."""

    submission = models.ForeignKey(
        "collect.Submission", on_delete=models.PROTECT, related_name="corrections"
    )
    concept = models.CharField(max_length=60)
    old_value = models.JSONField(null=True)
    new_value = models.JSONField(null=True, help_text="Null blanks the answer: unknown.")
    reason = models.CharField(max_length=500)
    by = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="correction_has_a_reason"),
        ]

    def __str__(self) -> str:
        """Show the concept."""
        return self.concept


class Review(models.Model):
    """Where a submission stands: the newest review holds; none means received."""

    class State(models.TextChoices):
        """What a reviewer says of a submission."""

        APPROVED = "approved", "approved"
        HAS_ISSUES = "has_issues", "has issues"
        REJECTED = "rejected", "rejected"

    submission = models.ForeignKey(
        "collect.Submission", on_delete=models.PROTECT, related_name="reviews"
    )
    state = models.CharField(max_length=20, choices=State.choices)
    reason = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        """Show the state."""
        return self.state


class Export(models.Model):
    """Raw answers that somebody asked for as a file: what was chosen, how far it has come, where it lies.

    The file is only for who asked, and goes after a day; this row stays and tells what left the house.
    """

    class State(models.TextChoices):
        """How far an export has come."""

        WAITING = "waiting", "waiting"
        WORKING = "working", "working"
        DONE = "done", "done"
        FAILED = "failed", "failed"
        GONE = "gone", "file removed"

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.CASCADE, related_name="exports"
    )
    form = models.ForeignKey("collect.Form", on_delete=models.PROTECT, related_name="exports")
    by = models.CharField(max_length=150)
    wishes = models.JSONField(help_text="What was chosen: format, language, filters.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    expected = models.PositiveIntegerField(help_text="Submissions chosen when it was asked for.")
    last = models.PositiveBigIntegerField(help_text="The newest submission of those.")
    written = models.PositiveIntegerField(default=0)
    worker = models.CharField(
        max_length=120, blank=True, help_text="Machine and process that makes it."
    )
    last_sign_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)
    filename = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    problem = models.CharField(max_length=20, blank=True, help_text="Code of what went wrong.")
    problem_details = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="done") | models.Q(written=models.F("expected")),
                name="export_done_is_whole",
            )
        ]

    def __str__(self) -> str:
        """Show the file."""
        return self.filename or f"{self.pk}"
