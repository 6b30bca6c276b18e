"""Figures keep the confidence in them; those of older runs have none, which is not a grade."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matrix', '0002_immutable'),
    ]

    operations = [
        migrations.AddField(
            model_name='figure',
            name='confidence',
            field=models.CharField(
                help_text='high, medium or low; null where it was not graded.', max_length=10, null=True
            ),
        ),
        migrations.AddField(
            model_name='figure',
            name='confidence_parts',
            field=models.CharField(
                help_text='What the grade follows from: name=rating:measured;...', max_length=400, null=True
            ),
        ),
    ]
