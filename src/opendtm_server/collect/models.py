"""Forms and rounds, facilitators' devices, and what they sent: kept as received, never altered."""

from django.conf import settings
from django.db import models


class Form(models.Model):
    """A questionnaire of an operation, through all its versions."""

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.CASCADE, related_name="forms"
    )
    form_id = models.CharField(max_length=200, help_text="The id attribute of the XForm.")
    title = models.CharField(max_length=200)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operation", "form_id"], name="form_id_once")
        ]

    def __str__(self) -> str:
        """Show the title."""
        return self.title


class FormVersion(models.Model):
    """One published version: the bytes that phones download, never rewritten."""

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="versions")
    version = models.CharField(max_length=200, blank=True)
    xform = models.BinaryField(help_text="The XForm as downloaded.")
    md5 = models.CharField(max_length=32)
    xlsform = models.BinaryField(
        null=True, blank=True, help_text="The XLSForm that it was made from."
    )
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["form", "version"], name="form_version_once")
        ]

    def __str__(self) -> str:
        """Show form and version."""
        return f"{self.form_id} {self.version}"


class FormMedia(models.Model):
    """A file that goes with a form version (a picture, a list)."""

    form_version = models.ForeignKey(FormVersion, on_delete=models.CASCADE, related_name="media")
    filename = models.CharField(max_length=200)
    content = models.BinaryField()
    md5 = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form_version", "filename"], name="form_media_once")
        ]

    def __str__(self) -> str:
        """Show the file name."""
        return self.filename


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


class Submission(models.Model):
    """One filled form exactly as received. The body lies in the file store under its SHA-256."""

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.PROTECT, related_name="submissions"
    )
    form_version = models.ForeignKey(
        FormVersion, on_delete=models.PROTECT, related_name="submissions"
    )
    instance_id = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, blank=True, related_name="submissions"
    )
    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, null=True, blank=True, related_name="submissions"
    )
    site = models.ForeignKey(
        "places.Site", on_delete=models.PROTECT, null=True, blank=True, related_name="submissions"
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
    access = models.CharField(
        max_length=40, blank=True, help_text="Access to the site as the form says."
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "instance_id"], name="submission_instance_once"
            ),
        ]
        indexes = [
            models.Index(fields=["operation", "round", "site"]),
            models.Index(fields=["operation", "deprecated_id"]),
        ]

    def __str__(self) -> str:
        """Show the instance ID."""
        return self.instance_id


class Attachment(models.Model):
    """A file of a submission: announced in the body, present once `sha256` is set."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="attachments")
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


class Quarantine(models.Model):
    """What was sent and could not be taken, kept with its reason until a person has decided."""

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.PROTECT, related_name="quarantine"
    )
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, blank=True)
    sha256 = models.CharField(max_length=64)
    error_code = models.CharField(max_length=20)
    reason = models.CharField(
        max_length=500, help_text="The English sentence that the sender was told."
    )
    details = models.JSONField(default=dict, help_text="The values in that sentence, as text.")
    received_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decision = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "quarantine"
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "sha256", "error_code"], name="quarantine_once"
            ),
        ]

    def __str__(self) -> str:
        """Show the code of the reason."""
        return self.error_code


class QuarantineFile(models.Model):
    """A file that came with a quarantined body."""

    quarantine = models.ForeignKey(Quarantine, on_delete=models.PROTECT, related_name="files")
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["quarantine", "filename", "sha256"], name="quarantine_file_once"
            ),
        ]

    def __str__(self) -> str:
        """Show the file name."""
        return self.filename
