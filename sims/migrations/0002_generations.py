"""Generations of a replacement are those of its cards: what keeps a chain from closing into a ring."""

from django.db import migrations

FORWARD = """
ALTER TABLE sims_simcard ADD CONSTRAINT simcard_generation UNIQUE (id, generation);
ALTER TABLE sims_replacement
    ADD CONSTRAINT replacement_old_generation FOREIGN KEY (old_id, old_generation)
        REFERENCES sims_simcard (id, generation) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT replacement_new_generation FOREIGN KEY (new_id, new_generation)
        REFERENCES sims_simcard (id, generation) DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARD = """
ALTER TABLE sims_replacement DROP CONSTRAINT replacement_old_generation, DROP CONSTRAINT replacement_new_generation;
ALTER TABLE sims_simcard DROP CONSTRAINT simcard_generation;
"""


class Migration(migrations.Migration):
    dependencies = [("sims", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
