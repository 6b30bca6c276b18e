"""Drafts of forms: what is being worked on in the studio, with every earlier state of it."""

from django.db import models

from opendtm_server.collect.models.forms import FormVersion


class FormDraft(models.Model):
    """A form that is not published yet. It is closed when it was published or put away."""

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.CASCADE, related_name="form_drafts"
    )
    title = models.CharField(max_length=200)
    filename = models.CharField(max_length=200, help_text="The name of the file it began with.")
    concepts = models.JSONField(
        default=dict,
        blank=True,
        help_text="What questions of an XForm measure, path to concept; an XLSForm says it itself.",
    )
    published = models.ForeignKey(
        FormVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="drafts"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField(max_length=150)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(published=None) | models.Q(closed_at__isnull=False),
                name="draft_published_is_closed",
            )
        ]

    def __str__(self) -> str:
        """Show the title."""
        return self.title


class DraftRevision(models.Model):
    """One state of a draft: the file's bytes, never rewritten. The newest one is what the draft says now."""

    draft = models.ForeignKey(FormDraft, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.BinaryField(help_text="An XLSForm, or the XML of an XForm.")
    sha256 = models.CharField(max_length=64)
    change = models.CharField(max_length=40, help_text="What made it: a word, or a mend's key.")
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "number"], name="draft_revision_once")
        ]

    def __str__(self) -> str:
        """Show the number."""
        return str(self.number)
