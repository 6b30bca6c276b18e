"""Lists that an operation keeps itself: what is in them, and every state that each entity was in."""

from django.db import models


class EntityList(models.Model):
    """A list of things that forms read and change: households, monitoring points, anything."""

    operation = models.ForeignKey(
        "govern.Operation", on_delete=models.CASCADE, related_name="entity_lists"
    )
    name = models.CharField(max_length=100, help_text="As forms name it: NAME.csv.")
    personal = models.BooleanField(
        default=False,
        help_text="Holds personal data; served only to phones that were given the list.",
    )
    revision = models.PositiveIntegerField(default=0, help_text="Rises with every change.")
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "name"], name="entity_list_once"),
        ]

    def __str__(self) -> str:
        """Show the name."""
        return self.name


class EntityProperty(models.Model):
    """A property of a list: a column of its CSV, in the order of `position`."""

    entity_list = models.ForeignKey(EntityList, on_delete=models.CASCADE, related_name="properties")
    name = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["entity_list", "name"], name="entity_property_once"),
        ]

    def __str__(self) -> str:
        """Show the name."""
        return self.name


class Entity(models.Model):
    """One thing of a list as it stands now. `key` is the id that phones know it by."""

    entity_list = models.ForeignKey(EntityList, on_delete=models.CASCADE, related_name="entities")
    key = models.CharField(max_length=200)
    label = models.CharField(max_length=300)
    values = models.JSONField(default=dict, help_text="Properties as text.")
    version = models.PositiveIntegerField(default=1)
    area_code = models.CharField(max_length=40, blank=True)
    folded = models.CharField(max_length=300, help_text="The label folded, for order and search.")
    deleted_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["folded", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["entity_list", "key"], name="entity_once"),
            models.CheckConstraint(
                condition=models.Q(version__gte=1), name="entity_version_counts"
            ),
        ]
        indexes = [models.Index(fields=["entity_list", "folded", "id"], name="entity_in_order")]

    def __str__(self) -> str:
        """Show the key; a label may be a name."""
        return self.key


class EntityVersion(models.Model):
    """One state of an entity and where it came from. Rows are only ever added."""

    class Source(models.TextChoices):
        """By which way a version came."""

        SUBMISSION = "submission", "submission"
        UPLOAD = "upload", "upload"
        DECISION = "decision", "decision"
        UNDO = "undo", "undo"

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=300)
    values = models.JSONField(default=dict)
    touched = models.JSONField(default=list, help_text="Properties that this version wrote.")
    source = models.CharField(max_length=20, choices=Source.choices)
    by = models.CharField(max_length=150, help_text="User name or device code.")
    submission = models.ForeignKey(
        "collect.Submission", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    upload = models.ForeignKey(
        "collect.EntityUpload",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="versions",
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["entity", "number"], name="entity_version_once"),
        ]

    def __str__(self) -> str:
        """Show key and number."""
        return f"{self.entity_id} v{self.number}"


class EntityUpload(models.Model):
    """A spreadsheet of entities: first looked at, then taken in, and it can be taken back."""

    entity_list = models.ForeignKey(EntityList, on_delete=models.CASCADE, related_name="uploads")
    filename = models.CharField(max_length=200)
    content = models.BinaryField(help_text="The file until it was decided about; then empty.")
    by = models.CharField(max_length=150)
    made_at = models.DateTimeField(auto_now_add=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True) | models.Q(taken_at__isnull=False),
                name="entity_upload_undone_after_taken",
            ),
        ]

    def __str__(self) -> str:
        """Show the file's name."""
        return self.filename
