"""Receivers of webhooks on this machine, with TLS: they keep what comes and answer as a test wants."""

import datetime
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certificate(name: str) -> tuple[bytes, bytes]:
    """A certificate of our own for a name, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM), secret


@dataclass
class Receiver:
    """What came, and what is answered: the next of `answers`, or `usual` where none is left."""

    port: int
    trusted: Path
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)
    usual: int = 204
    at_each: Callable[[], Any] = lambda: None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"https://localhost:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        """The ids of what came."""
        return [headers["webhook-id"] for headers, _body in self.heard]

    def holds(self, many: int) -> bool:
        """Whether as many have come."""
        return len(self.heard) >= many


@contextmanager
def receiving(folder: Path) -> Iterator[Receiver]:
    """A receiver on a port of this machine."""
    public, secret = certificate("localhost")
    (folder / "trusted.pem").write_bytes(public)
    (folder / "own.pem").write_bytes(public + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "own.pem")

    class Handler(BaseHTTPRequestHandler):
        """Keeps what comes."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
            receiver.at_each()
            status, headers = receiver.answers.pop(0) if receiver.answers else (receiver.usual, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """It is quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    receiver = Receiver(server.server_address[1], folder / "trusted.pem")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
