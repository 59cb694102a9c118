"""Users of all doors, the log of who came in and who was refused, and the diary of the daily run."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.signals import m2m_changed
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from iijiot.actors import Actor, acting_as
from iijiot.answers import KeptAnswer as KeptAnswer
from iijiot.assigning import Assignment as Assignment
from iijiot.backup_log import Backup as Backup
from iijiot.bulk_runs import BulkRefusal as BulkRefusal
from iijiot.bulk_runs import BulkRun as BulkRun
from iijiot.bulk_runs import BulkSelection as BulkSelection
from iijiot.bulk_runs import BulkSlice as BulkSlice
from iijiot.calls import ApiCall as ApiCall
from iijiot.company import Company as Company
from iijiot.events import Event as Event
from iijiot.jobs import JobFailure as JobFailure
from iijiot.jobs import JobRetry as JobRetry
from iijiot.lookups import found_first
from iijiot.personal import MENTIONS, NO, REST
from iijiot.proposals import Proposal as Proposal
from iijiot.records import RecordedModel, RecordedQuerySet
from iijiot.roles import OPERATOR
from iijiot.saved_views import SavedView as SavedView
from iijiot.seals import HistorySeal as HistorySeal
from iijiot.sent_forms import SentForm as SentForm


class UserQuerySet(RecordedQuerySet["User"]):
    """Users by how they are looked up."""

    def found(self, typed: str, most: int) -> "UserQuerySet":
        """By the beginning of login ID or name."""
        return self.filter(Q(login_id__startswith=typed) | Q(name__startswith=typed))[:most] if typed else self.none()

    def of_key(self, key: Any, along: Sequence[str]) -> "User | None":
        """The one with a key, read with these relations; None where there is none."""
        found = self.filter(pk=key)
        return (found.select_related(*along) if along else found).first()

    def has_login_id(self, login_id: str) -> bool:
        """Whether somebody has it, staff or customer (G5.5)."""
        return self.filter(login_id=login_id).exists()

    def staff_in(self, group: str) -> "UserQuerySet":
        """Active staff of a group."""
        return self.filter(is_active=True, is_staff=True, groups__name=group)

    def who_may_reset(self, address: str) -> "UserQuerySet":
        """Customers' users in use with a mail address, however it is capitalised."""
        return self.filter(email__iexact=address, is_active=True, is_staff=False).exclude(email="").order_by("pk")

    def operators(self) -> "UserQuerySet":
        """Active staff who can let others in: of the group, or above all groups."""
        able = Q(is_superuser=True) | Q(groups__name=OPERATOR)
        return self.filter(able, is_active=True, is_staff=True).distinct().order_by("login_id")


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes users; the login ID is the company's to give (G3, G5.5)."""

    def create_user(self, login_id: str, password: str | None = None, **fields: Any) -> "User":
        """Make a user with a hashed password."""
        user = self.model(login_id=login_id, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, login_id: str, password: str | None = None, **fields: Any) -> "User":
        """Make an operator who may do everything at the console."""
        return self.create_user(login_id, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, login_id: str | None) -> "User":
        """Find by login ID, however it was capitalised."""
        return self.get(login_id=(login_id or "").strip().lower())


WhyOut = Callable[["User"], str]

_why_out: list[WhyOut] = []


def keep_out(why: WhyOut) -> WhyOut:
    """Have users kept from being active for a reason of an app: it says what to do instead, or nothing."""
    _why_out.append(why)
    return why


class User(AbstractBaseUser, PermissionsMixin, RecordedModel):
    """Somebody who can log in, staff or customer. The login ID never changes (G5.5); users are never deleted."""

    LOCK_RANK = 5
    FIXED: ClassVar = {"login_id": "G5.5"}
    UNRECORDED: ClassVar = {"last_login"}
    PERSONAL: ClassVar = {"password": NO, "login_id": NO, "name": REST, "email": REST, "roles": NO}

    login_id = models.CharField(
        _("login ID"),
        max_length=32,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z0-9]+\Z", _("Letters and digits only, in lower case; no mail address."), code="G3")
        ],
        help_text=_("Given by the company; it can never be changed (article 5)."),
    )
    name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("e-mail address"), blank=True)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Switch this off instead of deleting: what the user did stays readable.")
    )
    is_staff = models.BooleanField(_("staff"), default=False, help_text=_("May log in to the console."))

    roles = models.CharField(_("groups"), max_length=200, blank=True, editable=False)
    """The groups as they stand, so that the history says who could do what."""

    second_factor_at = models.DateTimeField(_("second factor since"), null=True, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "login_id"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        permissions: ClassVar = [("reset_second_factor", _("Can reset a second factor"))]
        ordering: ClassVar = ["login_id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="login_id_is_letters_and_digits",
                condition=Q(login_id__regex=r"^[a-z0-9]+$"),
                violation_error_code="G3",
                violation_error_message=_("Letters and digits only, in lower case; no mail address."),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def clean(self) -> None:
        """Nobody is switched on past what keeps him out."""
        super().clean()
        if self.is_active and self.pk and (reasons := [said for why in _why_out if (said := why(self))]):
            raise ValidationError({"is_active": reasons})

    @property
    def display_name(self) -> str:
        """How the user is shown to others."""
        return self.name or self.login_id

    def get_full_name(self) -> str:
        """What the console's account menu shows."""
        return self.display_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with history; the moment of the last login alone is no change of the record."""
        if kwargs.get("update_fields") and set(kwargs["update_fields"]) <= self.UNRECORDED:
            models.QuerySet(User).filter(pk=self.pk).update(last_login=self.last_login)
            return
        if kwargs.get("update_fields") and set(kwargs["update_fields"]) <= {"password"}:
            with acting_as(lambda: Actor.of(self)):  # hashed anew while logging in, when nobody else acts
                super().save(*args, **kwargs)
            return
        super().save(*args, **kwargs)


@receiver(m2m_changed, sender=User.groups.through)
def remember_groups(sender: type, instance: Any, action: str, reverse: bool, pk_set: Any, **kwargs: Any) -> None:
    """A change of somebody's groups is a change of the user, with who and why."""
    if action not in ("post_add", "post_remove", "post_clear"):
        return
    users = User.objects.filter(pk__in=pk_set or ()) if reverse else [instance]
    for user in users:
        user.roles = "、".join(user.groups.order_by("name").values_list("name", flat=True))
        user.save()


class AccessEventQuerySet(models.QuerySet["AccessEvent"]):
    """Lines of the access log."""

    def of_house(self, ids: Collection[int], number: str) -> "AccessEventQuerySet":
        """What these users of a customer did, and when staff looked at what is the customer's (U22)."""
        looks = Q(about=number, kind__in=AccessEvent.LOOKS)
        events: AccessEventQuerySet = found_first(self, AccessEvent.objects.filter(Q(user_id__in=ids) | looks))
        return events

    def noted(self, kind: str, user_id: int | None, detail: str, since: datetime) -> bool:
        """Whether there is such a line since a moment."""
        return self.filter(user_id=user_id, at__gte=since, kind=kind, detail=detail).exists()


class AccessEvent(models.Model):
    """One line of the access log: who came in, was refused, took data out, looked or disclosed. Never changed."""

    APPEND_ONLY = True
    PERSONAL: ClassVar = {"who": MENTIONS, "address": MENTIONS, "path": NO, "detail": MENTIONS, "about": NO}

    class Kind(models.TextChoices):
        """What happened."""

        LOGIN = "login", _("Logged in")
        LOGIN_FAILED = "login-failed", _("Login failed")
        THROTTLED = "throttled", _("Blocked after too many attempts")
        UNLOCKED = "unlocked", _("Attempts forgotten, may try again")
        LOGOUT = "logout", _("Logged out")
        SECOND_FACTOR = "second-factor", _("Second factor changed")
        PASSWORD = "password", _("Password changed")
        DENIED = "denied", _("Denied for want of permission")
        EXPORTED = "exported", _("Data exported")
        LOOKED = "looked", _("Communication records looked at")
        OPENED = "opened", _("Evidence file opened")
        DISCLOSED = "disclosed", _("Information of customers disclosed")
        ACTED = "acted", _("Done at the customer portal")

    LOOKS: ClassVar = (Kind.LOOKED, Kind.OPENED)
    """What customers are told that staff did: looks at what is theirs."""

    at = models.DateTimeField(_("at"), db_index=True)
    kind = models.CharField(_("what happened"), max_length=20, choices=Kind)
    user_id = models.BigIntegerField(_("user"), null=True, blank=True, db_index=True)
    who = models.CharField(_("who"), max_length=150, help_text=_("Login ID as it was typed, or the name of the user."))
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    path = models.CharField(_("page"), max_length=300, blank=True)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    about = models.CharField(_("customer"), max_length=12, blank=True, db_index=True)
    """The number of the customer whose data it is about, where it is one's."""

    objects = AccessEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("access event")
        verbose_name_plural = _("access log")
        permissions: ClassVar = [("export_data", _("Can take lists out as files"))]
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_kind_display()} {self.who}"


class DayStepQuerySet(RecordedQuerySet["DayStep"]):
    """The diary, read."""

    def latest_day(self) -> date | None:
        """The latest day that a daily run has begun."""
        return self.aggregate(latest=models.Max("day"))["latest"]

    def done_on(self, day: date) -> set[str]:
        """The names of the steps done for a day."""
        return set(self.filter(day=day).values_list("step", flat=True))

    def with_something_set_aside(self) -> "DayStepQuerySet":
        """Those in which something could not be done."""
        return self.exclude(set_aside=[])

    def of_latest_day(self) -> "DayStepQuerySet":
        """The steps of the latest day."""
        return self.filter(day=self.latest_day() or date.min)


class DayStep(RecordedModel):
    """One step of the daily run for one day, done: what was due, what was carried out, what was set aside."""

    PERSONAL: ClassVar = {"step": NO, "set_aside": MENTIONS}

    day = models.DateField(_("day"))
    step = models.CharField(_("step"), max_length=50)
    done = models.PositiveIntegerField(_("carried out"))
    set_aside = models.JSONField(_("set aside"), default=list, blank=True)
    finished_at = models.DateTimeField(_("finished at"))

    objects = DayStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of the daily run")
        verbose_name_plural = _("steps of the daily run")
        ordering: ClassVar = ["-day", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "step"],
                name="one_row_per_day_and_step",
                violation_error_message=_("This step is done for the day already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.label}"

    @property
    def label(self) -> str:
        """The step in words."""
        from iijiot import daily  # which reads this diary

        return str({known.name: known.label for known in daily.steps()}.get(self.step, self.step))
