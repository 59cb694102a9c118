"""A login ID never changes, by whatever way, and nobody who had one is ever deleted."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, connection, models, transaction

from iijiot.actors import Actor
from iijiot.bulk import bulk_change
from iijiot.models import User
from iijiot.records import chapter
from iijiot.rules import RuleViolation
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

OPERATOR = Actor.command("operator")


def unchanged(user: User) -> bool:
    return User.objects.get(pk=user.pk).login_id == "aoi" and user.history.count() == 1


@pytest.mark.clause("G5.5")
def test_saving_another_login_id_is_refused_and_leaves_no_history(aoi):
    aoi.login_id = "aoi2"
    with chapter(actor=OPERATOR), pytest.raises(RuleViolation) as refusal:
        aoi.save()
    assert refusal.value.unmet[0].clause.id == "G5.5"
    assert unchanged(aoi)


@pytest.mark.clause("G5.5")
def test_saving_only_that_field_is_refused_too(aoi):
    aoi.login_id = "aoi2"
    with chapter(actor=OPERATOR), pytest.raises(RuleViolation):
        aoi.save(update_fields=["login_id"])
    assert unchanged(aoi)


@pytest.mark.clause("G5.5")
def test_a_queryset_does_not_change_it(aoi):
    with pytest.raises((TypeError, ProgrammingError)), transaction.atomic():
        User.objects.filter(pk=aoi.pk).update(login_id="aoi2")
    with pytest.raises((TypeError, ProgrammingError)), transaction.atomic():
        models.QuerySet(User).filter(pk=aoi.pk).update(login_id="aoi2")
    assert unchanged(aoi)


@pytest.mark.clause("G5.5")
def test_neither_does_a_bulk_change_nor_raw_sql(aoi):
    with pytest.raises(ProgrammingError, match="login ID never changes"), chapter(actor=OPERATOR):
        bulk_change(models.QuerySet(User).filter(pk=aoi.pk), {"login_id": "aoi2"}, releasing=["login_id"])
    with (
        pytest.raises(ProgrammingError, match="login ID never changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE iijiot_user SET login_id = 'aoi2' WHERE id = %s", [aoi.pk])
    assert unchanged(aoi)


@pytest.mark.clause("G5.5")
def test_everything_else_of_a_user_may_change(aoi):
    with chapter(actor=OPERATOR, reason="改姓"):
        aoi.name = "青木 あおい"
        aoi.save()
    assert [row.name for row in aoi.history.all()] == ["青木 あおい", "葵 あおい"]
    assert {row.login_id for row in aoi.history.all()} == {"aoi"}


@pytest.mark.clause("G3", "G5.5")
@pytest.mark.parametrize("login_id", ["", "Aoi", "aoi@example.co.jp", "葵", "ａｏｉ", "aoi 1", "aoi\n", "a" * 33])
def test_a_login_id_is_letters_and_digits_and_no_mail_address(login_id):
    with pytest.raises(ValidationError) as refusal:
        UserFactory(login_id=login_id, name="葵 あおい")
    assert list(refusal.value.error_dict) == ["login_id"]


@pytest.mark.clause("G5.5")
def test_two_users_never_share_a_login_id(aoi):
    with pytest.raises(ValidationError):
        UserFactory(login_id="aoi")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO iijiot_user (login_id, name, email, password, is_active, is_staff, is_superuser) "
            "VALUES ('aoi', '', '', '', true, false, false)"
        )


@pytest.mark.clause("G5.3", "G5.5")
def test_a_user_is_switched_off_and_never_deleted(aoi):
    for delete in (aoi.delete, User.objects.filter(pk=aoi.pk).delete):
        with pytest.raises(RuleViolation, match="削除できません"):
            delete()
    with chapter(actor=OPERATOR, reason="退職"):
        aoi.is_active = False
        aoi.save()
    assert User.objects.get(pk=aoi.pk).history.count() == 2


def test_people_are_found_by_login_id_however_they_type_it(aoi):
    assert User.objects.get_by_natural_key(" AOI ") == aoi
