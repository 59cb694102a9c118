"""The index of the cards that lines have now has their state in it: a plan counts them without reading the cards."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sims', '0003_tags'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='simcard',
            name='one_live_card_per_line',
        ),
        migrations.AddConstraint(
            model_name='simcard',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['assigned', 'shipped', 'on-loan', 'faulty', 'lost'])), fields=('line',), include=('state',), name='one_live_card_per_line', violation_error_code='MA8.1', violation_error_message='The line has a card already. Replace it, or put it back first.'),
        ),
    ]
