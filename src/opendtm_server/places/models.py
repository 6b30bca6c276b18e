"""Administrative areas with their borders in time, and sites with their names and their history."""

from django.db import models

from opendtm.report.positions import PositionKind

KINDS = [kind.value for kind in PositionKind]


class BoundarySet(models.Model):
    """One import of administrative areas: where it came from and from which day it holds."""

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.CASCADE, related_name="boundary_sets"
    )
    source = models.CharField(max_length=300)
    valid_from = models.DateField()
    sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operation", "sha256"], name="boundary_set_once"),
        ]

    def __str__(self) -> str:
        """Show source and date."""
        return f"{self.source} ({self.valid_from})"


class Area(models.Model):
    """An administrative area. `geometry` is GeoJSON in WGS 84; valid on days from <= day < to."""

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.CASCADE, related_name="areas"
    )
    boundary_set = models.ForeignKey(BoundarySet, on_delete=models.CASCADE, related_name="areas")
    code = models.CharField(max_length=40, help_text="P-code.")
    name = models.CharField(max_length=200)
    name_fr = models.CharField(max_length=200, blank=True)
    level = models.PositiveSmallIntegerField()
    parent_code = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    geometry = models.JSONField()

    class Meta:
        ordering = ["level", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "code", "valid_from"], name="area_code_once_a_day"
            ),
            models.CheckConstraint(condition=models.Q(level__lte=5), name="area_level_known"),
        ]

    def __str__(self) -> str:
        """Show name and P-code."""
        return f"{self.name} ({self.code})"


class Site(models.Model):
    """A displacement site. `code` never changes and is never given to another site."""

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.CASCADE, related_name="sites"
    )
    code = models.CharField(max_length=40, help_text="Stable site ID (SSID).")
    name = models.CharField(max_length=200)
    site_type = models.CharField(max_length=40)
    area_code = models.CharField(
        max_length=40, blank=True, help_text="P-code of the smallest area around it."
    )
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    sensitive = models.BooleanField(
        default=False,
        help_text="Shown by its area alone to everybody outside the office, whatever the rule.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField(
        default=1, help_text="Rises with every change, so that a phone knows the newer one."
    )

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "code"], name="site_code_once"),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True)
                | models.Q(latitude__gte=-90, latitude__lte=90),
                name="site_latitude_in_range",
            ),
            models.CheckConstraint(
                condition=models.Q(longitude__isnull=True)
                | models.Q(longitude__gte=-180, longitude__lte=180),
                name="site_longitude_in_range",
            ),
        ]

    def __str__(self) -> str:
        """Show name and site ID."""
        return f"{self.name} ({self.code})"


class SiteAlias(models.Model):
    """Another name under which people or files know a site."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="site_alias_once")]

    def __str__(self) -> str:
        """Show the name."""
        return self.name


class SiteStatus(models.Model):
    """What a site's status was from a day on; the newest row on or before a day holds."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="statuses")
    status = models.CharField(max_length=20)
    since = models.DateField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["site", "since"], name="site_status_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(status__in=["planned", "open", "closed", "unknown"]),
                name="site_status_known",
            ),
        ]

    def __str__(self) -> str:
        """Show status and day."""
        return f"{self.status} ({self.since})"


class PositionRule(models.Model):
    """How an operation shows positions to those outside its office; displaced where it decided nothing.

    The office itself sees them as they are: `exact`. What `displaced` and `area` mean says the workshop.
    """

    operation = models.OneToOneField(
        "govern.Operation", on_delete=models.CASCADE, related_name="position_rule"
    )
    public = models.CharField(max_length=20, default=PositionKind.DISPLACED.value)
    partners = models.CharField(max_length=20, default=PositionKind.DISPLACED.value)
    small_below = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="In releases, sites with fewer persons are shown by their area alone.",
    )
    key_mark = models.CharField(
        max_length=16,
        blank=True,
        help_text="Tells the key by which released positions were displaced; empty before the first.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(public__in=KINDS) & models.Q(partners__in=KINDS),
                name="position_kinds_known",
            )
        ]

    def __str__(self) -> str:
        """Show both."""
        return f"{self.public}, {self.partners}"


class Edition(models.Model):
    """How often the places of an operation have changed: one number to tell a stale list by."""

    operation = models.OneToOneField(
        "govern.Operation", on_delete=models.CASCADE, related_name="places_edition"
    )
    number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        """Show the number."""
        return str(self.number)
