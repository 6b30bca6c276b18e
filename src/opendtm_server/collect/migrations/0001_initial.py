import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('govern', '0001_initial'),
        ('places', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='Shown in lists and in the audit log instead of a name.', max_length=40)),
                ('token_sha256', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('last_contact_at', models.DateTimeField(blank=True, null=True)),
                ('operation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to='govern.operation')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Form',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form_id', models.CharField(help_text='The id attribute of the XForm.', max_length=200)),
                ('title', models.CharField(max_length=200)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('operation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='forms', to='govern.operation')),
            ],
        ),
        migrations.CreateModel(
            name='FormVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(blank=True, max_length=200)),
                ('xform', models.BinaryField(help_text='The XForm as downloaded.')),
                ('md5', models.CharField(max_length=32)),
                ('xlsform', models.BinaryField(blank=True, help_text='The XLSForm that it was made from.', null=True)),
                ('published_at', models.DateTimeField(auto_now_add=True)),
                ('published_by', models.CharField(max_length=150)),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='collect.form')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='FormMedia',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filename', models.CharField(max_length=200)),
                ('content', models.BinaryField()),
                ('md5', models.CharField(max_length=32)),
                ('form_version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='media', to='collect.formversion')),
            ],
        ),
        migrations.CreateModel(
            name='Quarantine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('error_code', models.CharField(max_length=20)),
                ('reason', models.CharField(help_text='The English sentence that the sender was told.', max_length=500)),
                ('details', models.JSONField(default=dict, help_text='The values in that sentence, as text.')),
                ('received_at', models.DateTimeField(auto_now_add=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.CharField(blank=True, max_length=150)),
                ('decision', models.CharField(blank=True, max_length=500)),
                ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='collect.device')),
                ('operation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quarantine', to='govern.operation')),
            ],
            options={
                'verbose_name_plural': 'quarantine',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='QuarantineFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filename', models.CharField(max_length=255)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('quarantine', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='collect.quarantine')),
            ],
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('weekly', 'weekly'), ('campaign', 'campaign')], max_length=20)),
                ('number', models.PositiveIntegerField()),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('signed_off_at', models.DateTimeField(blank=True, null=True)),
                ('signed_off_by', models.CharField(blank=True, max_length=150)),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='collect.form')),
                ('operation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rounds', to='govern.operation')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='RoundPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('inaccessible_reason', models.CharField(blank=True, max_length=300)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='collect.round')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='round_places', to='places.site')),
            ],
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('instance_id', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('visited_on', models.DateField(blank=True, help_text='Day of the visit as the form says.', null=True)),
                ('received_at', models.DateTimeField(auto_now_add=True)),
                ('complete', models.BooleanField(default=True, help_text='False while announced attachments are missing.')),
                ('deprecated_id', models.CharField(blank=True, help_text='Instance ID of the submission that this one, an edit, replaces.', max_length=200)),
                ('site_code', models.CharField(blank=True, help_text='Site ID as sent; may be unknown here.', max_length=200)),
                ('access', models.CharField(blank=True, help_text='Access to the site as the form says.', max_length=40)),
                ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='collect.device')),
                ('form_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='collect.formversion')),
                ('operation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='govern.operation')),
                ('round', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='collect.round')),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='places.site')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filename', models.CharField(max_length=255)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('media_type', models.CharField(blank=True, max_length=100)),
                ('received_at', models.DateTimeField(blank=True, null=True)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='collect.submission')),
            ],
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.UniqueConstraint(fields=('operation', 'code'), name='device_code_once'),
        ),
        migrations.AddConstraint(
            model_name='form',
            constraint=models.UniqueConstraint(fields=('operation', 'form_id'), name='form_id_once'),
        ),
        migrations.AddConstraint(
            model_name='formversion',
            constraint=models.UniqueConstraint(fields=('form', 'version'), name='form_version_once'),
        ),
        migrations.AddConstraint(
            model_name='formmedia',
            constraint=models.UniqueConstraint(fields=('form_version', 'filename'), name='form_media_once'),
        ),
        migrations.AddConstraint(
            model_name='quarantine',
            constraint=models.UniqueConstraint(fields=('operation', 'sha256', 'error_code'), name='quarantine_once'),
        ),
        migrations.AddConstraint(
            model_name='quarantinefile',
            constraint=models.UniqueConstraint(fields=('quarantine', 'filename', 'sha256'), name='quarantine_file_once'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.UniqueConstraint(fields=('operation', 'form', 'number'), name='round_number_once'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='round_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='roundplace',
            constraint=models.UniqueConstraint(fields=('round', 'site'), name='round_place_once'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['operation', 'round', 'site'], name='collect_sub_operati_e56e59_idx'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['operation', 'deprecated_id'], name='collect_sub_operati_75f289_idx'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.UniqueConstraint(fields=('operation', 'instance_id'), name='submission_instance_once'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(fields=('submission', 'filename'), name='attachment_once'),
        ),
    ]
