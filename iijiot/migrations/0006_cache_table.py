from django.db import migrations


class Migration(migrations.Migration):
    """The table of the cache in which attempts to log in are counted."""

    dependencies = [("iijiot", "0005_proposal")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE IF NOT EXISTS iijiot_cache (
                cache_key varchar(255) NOT NULL PRIMARY KEY,
                value text NOT NULL,
                expires timestamp with time zone NOT NULL
            );
            CREATE INDEX IF NOT EXISTS iijiot_cache_expires ON iijiot_cache (expires);
            """,
            "DROP TABLE iijiot_cache",
        )
    ]
