"""Which submissions stand behind which figure was kept twice: here, and in the partition, where it stays."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('matrix', '0004_renewals'),
    ]

    operations = [
        migrations.DeleteModel(name='FigureSource'),
    ]
