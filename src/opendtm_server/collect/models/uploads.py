"""Old rounds as files: what was uploaded, how its columns are read, and the rows that became submissions."""

from django.db import models

from opendtm_server.collect.models.submissions import Submission


class TableMapping(models.Model):
    """How the files of one origin are read, kept under its name for the next file."""

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.CASCADE, related_name="table_mappings"
    )
    name = models.SlugField(max_length=40, help_text="Where such files come from.")
    content = models.JSONField(default=dict, help_text="As a mapping file of `opendtm table`.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operation", "name"], name="table_mapping_once")
        ]

    def __str__(self) -> str:
        """Show the name."""
        return self.name


class Upload(models.Model):
    """One file, kept as it came. Its rows count from the moment they are taken until it is withdrawn."""

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.PROTECT, related_name="uploads"
    )
    name = models.SlugField(max_length=40, help_text="Where the file comes from.")
    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict, help_text="How its columns are read.")
    places = models.JSONField(default=dict, help_text="Name of a site as written: its code here.")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    rows = models.PositiveIntegerField(default=0, help_text="Rows taken.")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.CharField(max_length=150)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.CharField(max_length=150, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was withdrawn.")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "sha256"], name="upload_once"),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) | models.Q(taken_at__isnull=False),
                name="upload_taken_before_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        """Show the file's name."""
        return self.filename


class UploadedRow(models.Model):
    """A row of a file and the submission that it became."""

    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="uploaded_rows")
    submission = models.OneToOneField(
        Submission, on_delete=models.PROTECT, related_name="uploaded_row"
    )
    place = models.CharField(max_length=300, help_text="Sheet and row in the file.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upload", "place"], name="uploaded_row_once")
        ]

    def __str__(self) -> str:
        """Show where it stands."""
        return self.place
