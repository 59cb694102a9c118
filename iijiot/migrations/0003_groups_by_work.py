from django.db import migrations

NEW_NAMES = {"support": "desk", "supervisor": "approver"}


def rename(apps, schema_editor):
    """Groups are named after the work; members and permissions stay."""
    group = apps.get_model("auth", "Group")
    for old, new in NEW_NAMES.items():
        group.objects.filter(name=old).update(name=new)


class Migration(migrations.Migration):

    dependencies = [
        ("iijiot", "0002_access_log"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
