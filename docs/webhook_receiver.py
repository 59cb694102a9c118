"""A receiver of webhooks to begin with: it lets in what is signed, does each event once, and answers when that is done.

    pip install standardwebhooks
    WEBHOOK_SECRET=whsec_... python webhook_receiver.py 8443 own.pem

`own.pem` holds your certificate with its chain and its key. While a secret is being changed over, the former and the new one
both sign: start this with the new one whenever you like within the 24 hours.
"""

import os
import sqlite3
import ssl
import sys
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

LARGEST = 1_000_000
KNOWN = "events.sqlite3"
"""The ids of what was done, which outlive this process."""


def take(event: dict[str, Any]) -> None:
    """What you do with an event. Of two of one object the one with the higher `sequence` is newer, whichever comes first."""
    print(event["type"], event["object"], event["sequence"], flush=True)


def take_once(event: dict[str, Any]) -> None:
    """Do it and remember its id, both or neither: where it fails it comes again."""
    with closing(sqlite3.connect(KNOWN)) as store, store:
        store.execute("CREATE TABLE IF NOT EXISTS event (id TEXT PRIMARY KEY)")
        is_new = store.execute("INSERT OR IGNORE INTO event VALUES (?)", [event["id"]]).rowcount
        if is_new:
            take(event)


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 to what is done, 400 to what was not signed for us, 413 to what is too large, and 500 where we fail."""

    timeout = 15

    def do_POST(self) -> None:
        """One event."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST:
            return self.answer(413)
        try:
            event = Webhook(os.environ["WEBHOOK_SECRET"]).verify(self.rfile.read(int(length)), dict(self.headers))
        except (WebhookVerificationError, ValueError):
            return self.answer(400)
        try:
            take_once(event)
        except Exception:
            self.answer(500)
            raise
        return self.answer(204)

    def answer(self, status: int) -> None:
        """Nothing but the status is read."""
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


if __name__ == "__main__":
    port, certificate = int(sys.argv[1]), sys.argv[2]
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server = ThreadingHTTPServer(("", port), Receiver)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()
