"""Entity lists as written for phones, kept until what they are made of changes."""

from django.db import models


class ListFile(models.Model):
    """One entity list as CSV for one scope. Made anew when `edition` no longer is the list's."""

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.CASCADE, related_name="list_files"
    )
    name = models.CharField(max_length=100, help_text="Name of the entity list.")
    scope = models.CharField(
        max_length=64, blank=True, help_text="Hash of the areas that it is cut to; empty for all."
    )
    edition = models.CharField(max_length=100)
    md5 = models.CharField(max_length=32)
    packed = models.BinaryField(help_text="The CSV, compressed with zlib.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operation", "name", "scope"], name="list_file_once")
        ]

    def __str__(self) -> str:
        """Show the list's name."""
        return self.name
