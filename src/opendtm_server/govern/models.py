"""Who holds what: operations, organisations, people's roles in an operation, and the audit log."""

from django.conf import settings
from django.db import models

from opendtm_server.govern.roles import Role


class Organisation(models.Model):
    """A body that collects, reads or acts: an agency, a ministry, an NGO."""

    name = models.CharField(max_length=200, unique=True)
    acronym = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        """Show the acronym where there is one."""
        return self.acronym or self.name


class Operation(models.Model):
    """A crisis that a house follows, with its own places, rounds, figures and releases."""

    code = models.SlugField(
        max_length=40, unique=True, help_text="Short stable code, part of every address."
    )
    name = models.CharField(max_length=200)
    name_fr = models.CharField(max_length=200)
    country = models.CharField(max_length=200)
    country_code = models.CharField(max_length=10, help_text="P-code of the country.")
    contact_office = models.CharField(max_length=200)
    contact_address = models.CharField(
        max_length=200, help_text="A functional address, never a person's."
    )
    carry_rounds = models.PositiveSmallIntegerField(
        default=4, help_text="After how many rounds an earlier figure is no longer carried forward."
    )
    fictional = models.BooleanField(
        default=False, help_text="Demonstration data, marked on every page."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Show the name."""
        return self.name


class Membership(models.Model):
    """The role of one person in one operation."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True)
    role = models.CharField(max_length=40, choices=Role.choices)
    sector = models.CharField(
        max_length=40, blank=True, help_text="For a cluster viewer: the sector's code."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "operation", "role"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role_known"
            ),
        ]

    def __str__(self) -> str:
        """Show who is what, where."""
        return f"{self.user} - {self.role} - {self.operation}"


class AuditEvent(models.Model):
    """One thing that somebody did. No foreign keys, so that it outlives what it speaks of.

    `details` holds codes and counts, never personal data. Rows are only ever added.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    by = models.CharField(
        max_length=150, help_text="User name, device code, or 'house' for scheduled work."
    )
    action = models.CharField(max_length=80, db_index=True)
    operation = models.CharField(max_length=40, blank=True, db_index=True)
    subject = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        """Show who did what."""
        return f"{self.by}: {self.action} {self.subject}"


class InitialPassword(models.Model):
    """Marks an account whose password was made by somebody else and must be replaced at first login."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="initial_password"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Show whose."""
        return f"{self.user}"


class LoginFailure(models.Model):
    """Failed logins of one account from one address, counted so that guessing becomes slow.

    `key` is a keyed hash of both: the table holds neither.
    """

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()

    def __str__(self) -> str:
        """Show how many."""
        return f"{self.count}"
