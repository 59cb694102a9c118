import django.db.models.deletion
import iijiot.labels
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from iijiot import clock
from iijiot.records import act_id


def take_over(apps, schema_editor):
    """Days designated so far stand in the ends that they moved: each gets its own record, for the end at its root."""
    terminations = apps.get_model("contracts", "Termination").objects
    days, history = (apps.get_model("contracts", f"{prefix}DesignatedDay").objects for prefix in ("", "Historical"))
    for row in terminations.filter(designated=True, state="scheduled").iterator():
        end = row
        while end.cause_id is not None:
            end = terminations.get(pk=end.cause_id)
        said = {"contract_id": row.contract_id, "end_id": end.pk, "on": row.effective_on, "reason": row.reason or "—"}
        day = days.create(**said)
        history.create(
            id=day.pk,
            **said,
            history_date=clock.now(),
            history_type="+",
            history_actor_kind="command",
            history_actor="migrate",
            history_clause=row.clause,
            history_chapter=act_id(),
        )


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0010_erasure'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalDesignatedDay',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_actor_kind', models.CharField(choices=[('staff', 'Staff'), ('account', 'Customer'), ('partner', 'Partner'), ('command', 'Command'), ('clock', 'Clock')], max_length=10, verbose_name='kind of actor')),
                ('history_actor', models.CharField(max_length=150, verbose_name='actor')),
                ('history_clause', models.CharField(blank=True, max_length=12, verbose_name='clause')),
                ('history_chapter', models.UUIDField(db_index=True, verbose_name='act')),
                ('history_change_reason', models.TextField(blank=True, default='')),
                ('on', models.DateField(verbose_name='day designated')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('customer_agrees', models.BooleanField(default=False, verbose_name='the customer agrees')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('contract', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='contracts.contract', verbose_name='contract')),
                ('end', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='contracts.termination', verbose_name='because of')),
                ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical designated day',
                'verbose_name_plural': 'historical designated days',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='DesignatedDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='day designated')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('customer_agrees', models.BooleanField(default=False, verbose_name='the customer agrees')),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='designated_days', to='contracts.contract', verbose_name='contract')),
                ('end', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='designated_days', to='contracts.termination', verbose_name='because of')),
            ],
            options={
                'verbose_name': 'designated day',
                'verbose_name_plural': 'designated days',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='designated_day_has_a_reason', violation_error_code='MA12.2', violation_error_message='Give the reason for designating another day.'), models.UniqueConstraint(fields=('contract', 'end'), name='one_designated_day_per_end', violation_error_code='MA12.2', violation_error_message='Another day is designated for this end already.')],
            },
            bases=(iijiot.labels.Labelled, models.Model),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
