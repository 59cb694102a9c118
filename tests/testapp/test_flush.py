"""The test database is emptied between transactional tests: history too, and it is kept again afterwards."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from contracts.catalogue.terms_versions import EFFECTIVE_DAYS
from contracts.models import Customer, TermsVersion
from iijiot import roles
from tests.factories import CustomerFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def flush() -> None:
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


def test_flush_empties_rows_and_history():
    CustomerFactory()
    flush()
    assert (Customer.objects.count(), Customer.history.count()) == (0, 0)


def test_after_a_flush_the_reference_data_is_there_again():
    flush()
    assert set(Group.objects.values_list("name", flat=True)) == set(roles.LABELS)
    assert TermsVersion.objects.count() == sum(map(len, EFFECTIVE_DAYS.values()))
    assert TermsVersion.history.count() == TermsVersion.objects.count()
    assert UserFactory(groups=[roles.APPROVER]).has_perm("contracts.waive_conditions")


@pytest.mark.owner("the application's role has no right to try")
@pytest.mark.parametrize("statement", ["TRUNCATE", "DELETE FROM"])
def test_after_a_flush_history_is_kept_as_before(statement):
    CustomerFactory()
    flush()
    CustomerFactory()
    with pytest.raises(ProgrammingError, match="History is kept"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{statement} contracts_historicalcustomer")
    assert Customer.history.count() == 1
