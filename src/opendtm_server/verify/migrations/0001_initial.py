import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('collect', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Check',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='checked', to='collect.submission')),
            ],
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('approved', 'approved'), ('has_issues', 'has issues'), ('rejected', 'rejected')], max_length=20)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='collect.submission')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('concept', models.CharField(max_length=60)),
                ('old_value', models.JSONField(null=True)),
                ('new_value', models.JSONField(help_text='Null blanks the answer: unknown.', null=True)),
                ('reason', models.CharField(max_length=500)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('undone_by', models.CharField(blank=True, max_length=150)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='collect.submission')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='correction_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('check_code', models.CharField(max_length=60)),
                ('severity', models.CharField(max_length=10)),
                ('concept', models.CharField(blank=True, max_length=60)),
                ('subject', models.CharField(blank=True, help_text='Where in the submission, if one check speaks twice.', max_length=200)),
                ('message', models.CharField(max_length=500)),
                ('values', models.JSONField(default=dict)),
                ('remedy', models.CharField(blank=True, max_length=500)),
                ('remedy_values', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('open', 'open'), ('corrected', 'corrected'), ('accepted', 'accepted'), ('cleared', 'no longer found')], default='open', max_length=20)),
                ('found_at', models.DateTimeField(auto_now_add=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.CharField(blank=True, max_length=150)),
                ('decision', models.CharField(blank=True, max_length=500)),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='collect.submission')),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['state', 'severity'], name='verify_find_state_0729b5_idx')],
                'constraints': [models.UniqueConstraint(fields=('submission', 'check_code', 'concept', 'subject'), name='finding_once')],
            },
        ),
    ]
