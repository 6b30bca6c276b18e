"""A run may stand on another and hold only what has changed; the submissions behind each figure lie in the partition."""

import django.db.models.deletion
from django.db import migrations, models

TABLES = ("matrix_replaced", "matrix_runsource")
GUARDED = ("matrix_run", *TABLES)  # SQLite makes a table anew when it gets a foreign key, without its triggers


def guard(_apps, schema_editor):
    """Let the database refuse every change of a row of these tables."""
    postgres = schema_editor.connection.vendor == "postgresql"
    body = (
        "EXECUTE FUNCTION matrix_refuse_change()"
        if postgres
        else "BEGIN SELECT RAISE(ABORT, 'a run is immutable'); END"
    )
    for table in GUARDED:
        where = f" ON {table}" if postgres else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_immutable{where}")
        schema_editor.execute(
            f"CREATE TRIGGER {table}_immutable BEFORE UPDATE ON {table} FOR EACH ROW {body}"
        )


def unguard(_apps, schema_editor):
    """Take the guards away."""
    postgres = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        where = f" ON {table}" if postgres else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_immutable{where}")


class Migration(migrations.Migration):

    dependencies = [
        ('collect', '0001_initial'),
        ('matrix', '0003_confidence'),
    ]

    operations = [
        migrations.AddField(
            model_name='run',
            name='base',
            field=models.ForeignKey(
                help_text='A run of the same round, computed in full, whose figures hold where this one has none.',
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name='renewals',
                to='matrix.run',
            ),
        ),
        migrations.CreateModel(
            name='Replaced',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('figure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='replaced_in', to='matrix.figure')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='replaced', to='matrix.run')),
            ],
        ),
        migrations.CreateModel(
            name='RunSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='matrix.run')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='run_sources', to='collect.submission')),
            ],
        ),
        migrations.AddConstraint(
            model_name='replaced',
            constraint=models.UniqueConstraint(fields=('run', 'figure'), name='replaced_once'),
        ),
        migrations.AddConstraint(
            model_name='runsource',
            constraint=models.UniqueConstraint(fields=('run', 'submission'), name='run_source_once'),
        ),
        migrations.RunPython(guard, unguard),
        migrations.RunSQL(
            "INSERT INTO matrix_runsource (run_id, submission_id) SELECT DISTINCT figure.run_id, source.submission_id "
            "FROM matrix_figuresource source JOIN matrix_figure figure ON figure.id = source.figure_id",
            migrations.RunSQL.noop,
        ),
    ]
