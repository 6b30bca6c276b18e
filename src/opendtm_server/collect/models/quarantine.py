"""What was sent and could not be taken."""

from django.db import models

from opendtm_server.collect.models.devices import Device


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
