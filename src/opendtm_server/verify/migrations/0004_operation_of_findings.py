"""Findings and checks get the operation of their submission, so that lists of them are found by an index."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, _editor):
    """Take the operation over from each submission."""
    submissions = apps.get_model("collect", "Submission").objects.order_by()
    own = submissions.filter(pk=OuterRef("submission_id")).values("operation_id")[:1]
    for name in ("Finding", "Check"):
        apps.get_model("verify", name).objects.update(operation_id=Subquery(own))


def operation(related_name, help_text):
    """Give the new column, empty until it is filled."""
    return models.ForeignKey(
        "govern.operation",
        null=True,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        db_index=False,
        help_text=help_text,
    )


class Migration(migrations.Migration):

    dependencies = [
        ("govern", "0002_login"),
        ("verify", "0003_checks_counted"),
    ]

    operations = [
        migrations.AddField(
            model_name="finding",
            name="operation",
            field=operation(
                "findings", "That of the submission, so that a list of many is found by an index."
            ),
        ),
        migrations.AddField(
            model_name="check", name="operation", field=operation("checks", "That of the submission.")
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
