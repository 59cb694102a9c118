"""Whoever holds an account acts for its customer (G5.3)."""

from contracts.models import Account
from iijiot.login.backends import read_along
from iijiot.models import User
from iijiot.portal.members import Member, Right, known_by


@known_by
def holder(user: User) -> Member | None:
    """For whom a user acts by an account that is in use; a new password comes first where one is due (G5.4)."""
    account: Account | None = getattr(user, "account", None)
    if account is None or not account.is_usable:
        return None
    rights = frozenset(map(Right, account.rights))
    first = "account_change_password" if account.must_renew_password else ""
    return Member(user, account, account.customer, rights, first)


read_along("account__customer")
