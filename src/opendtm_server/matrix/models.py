"""Runs of the engine and the figures they gave, each traceable to its submissions."""

from django.db import models


class Run(models.Model):
    """One computation over the signed-off answers of a round; immutable once written.

    The answers lie as Parquet in the partition `operation/component/round/revision`, known by SHA-256.
    A run with a `base` holds the figures that a few changed answers concern; the others are those of the base, less
    what it `replaced`. The database itself refuses a change (migrations 0002 and 0004).
    """

    round = models.ForeignKey("collect.Round", on_delete=models.PROTECT, related_name="runs")
    revision = models.PositiveIntegerField()
    base = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="renewals",
        help_text="A run of the same round, computed in full, whose figures hold where this one has none.",
    )
    partition = models.CharField(max_length=300, help_text="Folder below the data directory.")
    answers_sha256 = models.CharField(max_length=64)
    figures_sha256 = models.CharField(max_length=64)
    basis_sha256 = models.CharField(
        max_length=64, default="", help_text="Of the sites, rounds and settings used."
    )
    definitions_sha256 = models.CharField(max_length=64, help_text="Of the indicator files used.")
    engine = models.CharField(max_length=80)
    versions = models.JSONField(default=dict, help_text="Package versions used.")
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "revision"], name="run_revision_once")
        ]

    def __str__(self) -> str:
        """Show round and revision."""
        return f"{self.round_id}/{self.revision}"


class Figure(models.Model):
    """One figure of a run. Null `value` is unknown; zero was observed."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="figures")
    indicator = models.CharField(max_length=80)
    place_level = models.CharField(max_length=10)
    place_code = models.CharField(max_length=40, blank=True)
    place_name = models.CharField(max_length=200, blank=True)
    by = models.CharField(
        max_length=200, blank=True, help_text="Disaggregation as dimension=code;..."
    )
    value = models.FloatField(null=True)
    unit = models.CharField(max_length=40)
    as_of = models.DateField(null=True)
    method = models.CharField(max_length=20)
    n_places = models.PositiveIntegerField()
    n_known = models.PositiveIntegerField()
    n_assessed = models.PositiveIntegerField()
    n_carried = models.PositiveIntegerField()
    n_inaccessible = models.PositiveIntegerField()
    carried = models.FloatField(null=True)
    confidence = models.CharField(  # noqa: DJ001 - null is "not graded", as in older runs
        max_length=10, null=True, help_text="high, medium or low; null where it was not graded."
    )
    confidence_parts = models.CharField(  # noqa: DJ001 - as above
        max_length=400, null=True, help_text="What the grade follows from: name=rating:measured;..."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "indicator", "place_level", "place_code", "place_name", "by"],
                name="figure_once",
            ),
        ]

    def __str__(self) -> str:
        """Show indicator and place."""
        return f"{self.indicator} {self.place_code}"


class Replaced(models.Model):
    """A figure of the base of a run that does not hold in the run."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="replaced")
    figure = models.ForeignKey(Figure, on_delete=models.CASCADE, related_name="replaced_in")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "figure"], name="replaced_once")]

    def __str__(self) -> str:
        """Show both numbers."""
        return f"{self.run_id}: {self.figure_id}"


class RunSource(models.Model):
    """A submission behind figures of a run; the partition says which figures those are."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="sources")
    submission = models.ForeignKey(
        "collect.Submission", on_delete=models.PROTECT, related_name="run_sources"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "submission"], name="run_source_once")
        ]

    def __str__(self) -> str:
        """Show the submission's number."""
        return str(self.submission_id)
