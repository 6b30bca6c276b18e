"""Questionnaires, their published versions, and the files that go with them."""

from django.db import models


class Form(models.Model):
    """A questionnaire of an operation, through all its versions."""

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.CASCADE, related_name="forms"
    )
    form_id = models.CharField(max_length=200, help_text="The id attribute of the XForm.")
    title = models.CharField(max_length=200)
    concepts = models.JSONField(
        default=dict,
        blank=True,
        help_text="What questions measure (path to concept) where the form does not say it itself.",
    )
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
