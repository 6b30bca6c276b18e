"""A run and its figures are never changed: the database itself refuses."""

from django.db import migrations, models

TABLES = ("matrix_run", "matrix_figure", "matrix_figuresource")


def guard(_apps, schema_editor):
    """Let the database refuse every change of a row of these tables."""
    postgres = schema_editor.connection.vendor == "postgresql"
    if postgres:
        schema_editor.execute(
            "CREATE FUNCTION matrix_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'a run is immutable' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table in TABLES:
        body = (
            "EXECUTE FUNCTION matrix_refuse_change()"
            if postgres
            else "BEGIN SELECT RAISE(ABORT, 'a run is immutable'); END"
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
        schema_editor.execute("DROP FUNCTION matrix_refuse_change()")


class Migration(migrations.Migration):

    dependencies = [
        ('matrix', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='run',
            name='basis_sha256',
            field=models.CharField(default='', help_text='Of the sites, rounds and settings used.', max_length=64),
        ),
        migrations.RemoveConstraint(model_name='figure', name='figure_once'),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.UniqueConstraint(
                fields=('run', 'indicator', 'place_level', 'place_code', 'place_name', 'by'),
                name='figure_once',
            ),
        ),
        migrations.RunPython(guard, unguard),
    ]
