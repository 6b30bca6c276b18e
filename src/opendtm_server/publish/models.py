"""Releases: what was published, numbered, immutable, with its files."""

from django.db import models


class Release(models.Model):
    """One issue of a product. A correction is a new release that says what changed.

    The database itself refuses a change of a released row (migration 0002).
    """

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.PROTECT, related_name="releases"
    )
    product = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    run = models.ForeignKey("matrix.Run", on_delete=models.PROTECT, related_name="releases")
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    changes = models.JSONField(default=list, help_text="What differs from the release it replaces.")
    released_at = models.DateTimeField(auto_now_add=True)
    released_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "product", "number"], name="release_number_once"
            ),
            models.UniqueConstraint(fields=["product", "run"], name="release_of_run_once"),
        ]

    def __str__(self) -> str:
        """Show product and number."""
        return f"{self.product} {self.number}"


class ReleaseFile(models.Model):
    """One file of a release, in the file store under its SHA-256."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10, blank=True)
    format = models.CharField(max_length=20)
    sector = models.CharField(
        max_length=40, blank=True, help_text="For a one-page extract: the sector's code."
    )
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["release", "name"], name="release_file_once")
        ]

    def __str__(self) -> str:
        """Show the file name."""
        return self.name
