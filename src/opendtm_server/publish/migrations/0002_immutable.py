"""A release and its files are never changed: the database itself refuses. A run is released once."""

from django.db import migrations, models

TABLES = ("publish_release", "publish_releasefile")


def guard(_apps, schema_editor):
    """Let the database refuse every change of a row of these tables."""
    postgres = schema_editor.connection.vendor == "postgresql"
    if postgres:
        schema_editor.execute(
            "CREATE FUNCTION publish_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'a release is immutable' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table in TABLES:
        body = (
            "EXECUTE FUNCTION publish_refuse_change()"
            if postgres
            else "BEGIN SELECT RAISE(ABORT, 'a release is immutable'); END"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_immutable BEFORE UPDATE ON {table} FOR EACH ROW {body}"
        )


def unguard(_apps, schema_editor):
    """Take the guards away."""
    postgres = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER {table}_immutable" + (f" ON {table}" if postgres else ""))
    if postgres:
        schema_editor.execute("DROP FUNCTION publish_refuse_change()")


class Migration(migrations.Migration):

    dependencies = [
        ('publish', '0001_initial'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='release',
            constraint=models.UniqueConstraint(fields=('product', 'run'), name='release_of_run_once'),
        ),
        migrations.RunPython(guard, unguard),
    ]
