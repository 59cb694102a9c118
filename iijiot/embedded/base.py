"""The database backend: Django's for PostgreSQL, on a server that it starts when a connection is first wanted."""

from typing import Any

from django.db.backends.postgresql import base

from iijiot.embedded.server import EmbeddedServer


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the embedded server. Commands that want no connection start no server."""

    @property
    def queries_logged(self) -> bool:
        """Keep a log of statements only where somebody asks for one: Django would keep it all the time under DEBUG."""
        return bool(self.force_debug_cursor)

    def get_connection_params(self) -> dict[str, Any]:
        socket_folder = EmbeddedServer.on(self.settings_dict["FOLDER"]).running()
        return super().get_connection_params() | {"host": str(socket_folder), "user": "postgres"}
