"""Runs of the engine and the figures they gave, each traceable to its submissions."""

from django.db import models


class SampleDesign(models.Model):
    """How the interviews of a round were chosen, as its operation's manager declared it.

    Columns hold names of concepts. A run keeps the design that it used in its partition, so this row may be
    declared anew; the audit log has every declaration.
    """

    class Kind(models.TextChoices):
        """Whether chance chose the interviews."""

        DRAWN = "drawn", "drawn by chance"
        ASKED = "asked", "of those asked"

    round = models.OneToOneField(
        "collect.Round", on_delete=models.CASCADE, related_name="sample_design"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    strata = models.CharField(max_length=80, blank=True)
    cluster = models.CharField(max_length=80, blank=True, help_text="Drawn at the first stage.")
    second_cluster = models.CharField(max_length=80, blank=True)
    weights = models.CharField(max_length=80, blank=True)
    finite = models.CharField(
        max_length=80, blank=True, help_text="Size of the population, or fraction drawn."
    )
    second_finite = models.CharField(max_length=80, blank=True)
    finite_holds = models.CharField(max_length=12, default="population")
    lonely = models.CharField(max_length=12, default="adjust")
    nested = models.BooleanField(default=False)
    least = models.PositiveSmallIntegerField(help_text="Fewer interviews are withheld.")
    declared_at = models.DateTimeField(auto_now=True)
    declared_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="drawn")
                | models.Q(strata="", cluster="", weights="", finite=""),
                name="asked_has_no_design",
            ),
            models.CheckConstraint(
                condition=models.Q(second_cluster="") | ~models.Q(cluster=""),
                name="second_stage_has_a_first",
            ),
        ]

    def __str__(self) -> str:
        """Show the round and the kind."""
        return f"{self.round_id}: {self.kind}"


class DefinitionReview(models.Model):
    """A person of an operation has read an indicator's definition and signed that its figures may be used so.

    It holds for the definition as it was read: the file of that SHA-256. What was withdrawn stays, and counts no more.
    """

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.CASCADE, related_name="definition_reviews"
    )
    indicator = models.CharField(max_length=80)
    definition_sha256 = models.CharField(max_length=64)
    note = models.CharField(max_length=400, blank=True)
    signed_at = models.DateTimeField(auto_now_add=True)
    signed_by = models.CharField(max_length=150)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["signed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "indicator", "definition_sha256", "signed_by"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="definition_reviewed_once",
            ),
        ]

    def __str__(self) -> str:
        """Show the indicator and who signed."""
        return f"{self.indicator}: {self.signed_by}"


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

    @property
    def record(self) -> str:
        """Tell what the run's rows are, as its partition is filed: `mobility` for visits, else a record."""
        return self.partition.split("/")[1]


class Figure(models.Model):
    """One figure of a run. Null `value` is unknown; zero was observed.

    In a round of interviews the `n_` columns count interviews: `n_known` those held, `n_places` those with a known
    answer.
    """

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
    standard_error = models.FloatField(
        null=True, help_text="Of an estimate, in the unit of the value; null in all other figures."
    )
    low = models.FloatField(null=True, help_text="Of the 95 % interval of an estimate.")
    high = models.FloatField(null=True)
    df = models.PositiveIntegerField(
        null=True, help_text="Degrees of freedom of the interval; null where no chance chose."
    )
    deff = models.FloatField(null=True, help_text="Design effect.")
    withheld = models.CharField(  # noqa: DJ001 - null is "not withheld"
        max_length=20,
        null=True,
        help_text="Why an estimate has no value: a code of measure.reasons.",
    )
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
