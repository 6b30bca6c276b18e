from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('collect', '0016_pulls_asked_for'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='submission',
            name='submission_edit',
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(models.F('operation'), models.F('deprecated_id'), models.F('instance_id'), models.F('id'), condition=models.Q(('deprecated_id', ''), _negated=True), name='submission_edit'),
        ),
    ]
