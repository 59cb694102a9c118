"""The database backend: Django's for PostgreSQL, on a server that it starts when a connection is first wanted."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base

from iijiot.embedded.server import EmbeddedServer


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the embedded server. Commands that want no connection start no server."""

    @property
    def queries_logged(self) -> bool:
        """Keep a log of statements only where somebody asks for one: Django would keep it all the time under DEBUG."""
        return bool(self.force_debug_cursor)

    def get_connection_params(self) -> dict[str, Any]:
        socket_folder = EmbeddedServer.on(self.settings_dict["FOLDER"], self.settings_dict["QUICK"]).running()
        return super().get_connection_params() | {"host": str(socket_folder)}

    @contextmanager
    def _nodb_cursor(self) -> Iterator[Any]:
        """A cursor to make and drop test databases with; only the owner may."""
        server = {**self.settings_dict, **self.settings_dict["OWNER"], "NAME": "postgres"}
        other = type(self)(server, alias=NO_DB_ALIAS)
        try:
            with other.cursor() as cursor:
                yield cursor
        finally:
            other.close()
