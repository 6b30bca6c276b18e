"""Filled forms exactly as received, with the files beside them and what was chosen among edits."""

from django.db import models
from django.db.models import Q

from opendtm_server.collect.models.devices import Device
from opendtm_server.collect.models.forms import FormVersion
from opendtm_server.collect.models.rounds import Round


class Submission(models.Model):
    """One filled form exactly as received. The body lies in the store under its SHA-256."""

    operation = models.ForeignKey(
        "govern.Operation",
        on_delete=models.PROTECT,
        related_name="submissions",
        db_index=False,
    )
    form_version = models.ForeignKey(
        FormVersion, on_delete=models.PROTECT, related_name="submissions"
    )
    instance_id = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    device = models.ForeignKey(
        Device,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="submissions",
        db_index=False,
    )
    round = models.ForeignKey(
        Round,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="submissions",
        db_index=False,
    )
    site = models.ForeignKey(
        "places.Site",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="submissions",
        db_index=False,
    )
    visited_on = models.DateField(
        null=True, blank=True, help_text="Day of the visit as the form says."
    )
    received_at = models.DateTimeField(auto_now_add=True)
    complete = models.BooleanField(
        default=True, help_text="False while announced attachments are missing."
    )
    deprecated_id = models.CharField(
        max_length=200,
        blank=True,
        help_text="Instance ID of the submission that this one, an edit, replaces.",
    )
    site_code = models.CharField(
        max_length=200, blank=True, help_text="Site ID as sent; may be unknown here."
    )
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="When the upload that it came with was withdrawn."
    )
    access = models.CharField(
        max_length=40, blank=True, help_text="Access to the site as the form says."
    )
    encrypted = models.BooleanField(
        default=False, help_text="True where the phone encrypted the answers for another key."
    )
    unchecked = models.BooleanField(
        default=True, help_text="True until the checks have looked at it with all files it has now."
    )
    competes_with = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="One for all edits that compete with each other; empty for every other submission.",
    )
    standing = models.PositiveIntegerField(
        null=True, blank=True, help_text="Among competing edits: 0 for the one that counts."
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "instance_id"], name="submission_instance_once"
            ),
            models.UniqueConstraint(
                fields=["competes_with", "standing"],
                condition=Q(standing__isnull=False),
                name="submission_standing_once",
            ),
            models.CheckConstraint(
                condition=Q(competes_with__isnull=True, standing__isnull=True)
                | Q(competes_with__isnull=False, standing__isnull=False),
                name="submission_stands_among_others",
            ),
        ]
        # A list shows the newest first: every index by which it is chosen ends in the order of arrival. Those
        # of foreign keys are left out above, as these begin with the same column.
        indexes = [
            models.Index("operation", "id", name="submission_newest"),
            models.Index("round", "id", name="submission_of_round"),
            models.Index("site", "id", name="submission_of_site"),
            models.Index("device", "received_at", name="submission_of_device"),
            models.Index("operation", "id", name="submission_without_site", condition=Q(site=None)),
            models.Index(
                "operation", "id", name="submission_without_round", condition=Q(round=None)
            ),
            models.Index(
                "operation", "id", name="submission_incomplete", condition=Q(complete=False)
            ),
            models.Index(
                "operation", "id", name="submission_unchecked", condition=Q(unchecked=True)
            ),
            models.Index(
                "operation",
                "id",
                name="submission_withdrawn",
                condition=Q(withdrawn_at__isnull=False),
            ),
            models.Index(
                "operation",
                "deprecated_id",
                "instance_id",
                "id",
                name="submission_edit",
                condition=~Q(deprecated_id=""),
            ),
        ]

    def __str__(self) -> str:
        """Show the instance ID."""
        return self.instance_id


class EditChoice(models.Model):
    """What a person decided among competing edits. The newest that was not undone holds."""

    submission = models.ForeignKey(
        Submission,
        on_delete=models.PROTECT,
        related_name="choices",
        help_text="The one that counts.",
    )
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=150)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        """Show the reason."""
        return self.reason


class Attachment(models.Model):
    """A file of a submission: announced in the body, present once `sha256` is set."""

    submission = models.ForeignKey(
        Submission,
        on_delete=models.PROTECT,
        related_name="attachments",
        db_index=False,  # the constraint's index begins with it
    )
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    media_type = models.CharField(max_length=100, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "filename"], name="attachment_once")
        ]

    def __str__(self) -> str:
        """Show the file name."""
        return self.filename


class KeptBody(models.Model):
    """The bytes of a filled form, where they are few enough to lie in the database. Part of the store."""

    operation = models.ForeignKey(
        "govern.Operation",
        on_delete=models.PROTECT,
        related_name="kept_bodies",
        db_index=False,  # the constraint's index begins with it
    )
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operation", "sha256"], name="kept_body_once")
        ]

    def __str__(self) -> str:
        """Show the hash."""
        return self.sha256
