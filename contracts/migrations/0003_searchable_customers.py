from django.db import migrations

from iijiot.searching import comparable, digits


def fill(apps, schema_editor):
    """Customers from before get the forms by which they are searched for."""
    customers = apps.get_model("contracts", "Customer").objects
    for customer in customers.filter(search_name="").iterator():
        customers.filter(pk=customer.pk).update(
            search_name=comparable(customer.name),
            search_kana=comparable(customer.name_kana),
            phone_digits=digits(customer.phone)[:20],
        )


class Migration(migrations.Migration):

    dependencies = [("contracts", "0002_searching")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
