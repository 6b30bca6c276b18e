"""Other servers that submissions are taken from, each run of that, what arrived and what could not be taken."""

from django.db import models
from django.db.models import Q

from opendtm_server.collect.models.submissions import Submission


class Source(models.Model):
    """A form on another server whose submissions the house takes: where it is, and how to sign in."""

    class Kind(models.TextChoices):
        """Which server it is."""

        CENTRAL = "central", "ODK Central"
        KOBO = "kobo", "KoBoToolbox"

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.PROTECT, related_name="sources"
    )
    name = models.SlugField(
        max_length=40,
        help_text="Shown in lists and in the audit log, and used on the command line.",
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    url = models.CharField(max_length=300, help_text="Address of the server, without a path.")
    project = models.PositiveIntegerField(
        null=True, blank=True, help_text="Number of the project; ODK Central only."
    )
    remote_form = models.CharField(
        max_length=200, help_text="Form ID on ODK Central, or the asset's UID on KoBoToolbox."
    )
    account = models.CharField(
        max_length=200, blank=True, help_text="User that signs in; empty where a token does."
    )
    secret = models.BinaryField(help_text="Password or token, sealed with the house's key.")
    every_minutes = models.PositiveIntegerField(
        null=True, blank=True, help_text="How often it is pulled by itself; empty for by hand only."
    )
    mapping = models.TextField(
        blank=True, help_text="Lines that say what the form's questions measure."
    )
    seen_until = models.DateTimeField(
        null=True, blank=True, help_text="Up to when everything there has been seen."
    )
    hook_sha256 = models.CharField(
        max_length=64, blank=True, db_index=True, help_text="Hash of the secret in its webhook."
    )
    hook_word_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Hash of what its webhook says beside the address."
    )
    paused_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "name"], name="source_name_once"),
            models.UniqueConstraint(
                fields=["hook_sha256"], condition=~Q(hook_sha256=""), name="source_hook_once"
            ),
        ]

    def __str__(self) -> str:
        """Show the name."""
        return self.name


class Pull(models.Model):
    """One run over a source: what it saw and what became of it. One at a time for each source."""

    class State(models.TextChoices):
        """How a run stands."""

        WAITING = "waiting", "waiting"
        RUNNING = "running", "running"
        DONE = "done", "done"
        FAILED = "failed", "failed"
        STOPPED = "stopped", "stopped"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="pulls")
    state = models.CharField(max_length=20, choices=State.choices, default=State.RUNNING)
    by = models.CharField(max_length=150)
    worker = models.CharField(
        max_length=120, help_text="Machine and process that runs it, to tell one that died."
    )
    retry_all = models.BooleanField(
        default=False, help_text="Whether everything that could not be taken is tried again."
    )
    started_at = models.DateTimeField(auto_now_add=True)
    last_sign_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expected = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many the other server says there are."
    )
    seen = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    not_taken = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(finished_at=None), name="pull_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        """Show source and state."""
        return f"{self.source_id}: {self.state}"


class Arrival(models.Model):
    """A submission of another server that the house holds: under which key, and how it stands over there."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="arrivals")
    remote_key = models.CharField(max_length=200, help_text="The submission's stable ID there.")
    stamp = models.CharField(
        max_length=300, help_text="Changes there whenever the answers or the files do."
    )
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="arrivals", help_text="The newest one."
    )
    review_state = models.CharField(
        max_length=60, blank=True, help_text="What was decided about it over there; a note only."
    )
    rebuilt = models.BooleanField(
        default=False, help_text="The XML was written here from the server's JSON."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "remote_key"], name="arrival_once")
        ]

    def __str__(self) -> str:
        """Show the key."""
        return self.remote_key


class NotTaken(models.Model):
    """A submission of another server that could not be taken: why, until it could."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="not_taken")
    remote_key = models.CharField(max_length=200)
    stamp = models.CharField(
        max_length=300, blank=True, help_text="The submission's stamp there when it was tried."
    )
    error_code = models.CharField(max_length=20)
    reason = models.CharField(max_length=500, help_text="The English sentence of the cause.")
    details = models.JSONField(default=dict, help_text="The values in that sentence, as text.")
    tries = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField(auto_now=True)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When it could be taken.")

    class Meta:
        ordering = ["-last_at", "-id"]
        verbose_name_plural = "not taken"
        constraints = [
            models.UniqueConstraint(fields=["source", "remote_key"], name="not_taken_once")
        ]

    def __str__(self) -> str:
        """Show the key."""
        return self.remote_key
