from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('collect', '0017_index_of_edits'),
    ]

    operations = [
        migrations.AddField(
            model_name='device',
            name='digest_sealed',
            field=models.BinaryField(blank=True, help_text="HA1 of HTTP Digest under the house's key; unknown for a token from before it was kept.", null=True),
        ),
    ]
