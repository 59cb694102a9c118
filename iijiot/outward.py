"""Calls to addresses that somebody else has named: to public machines alone, by TLS, briefly, and wherever they lead.

A name is resolved once, every address it has is looked at, and the connection goes to one of those: a name that means
something else a moment later changes nothing. No proxy, no redirect, nothing of the answer but its status and how long
it wants to be left alone.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from django.conf import settings

CONNECT, IN_ALL = 5.0, 15.0
"""Seconds to connect, and for everything."""
MOST = 64 * 1024
"""So much of an answer is read at the most."""
LONGEST = 500
MOST_DIGITS = 8

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Behind it is an IPv4 address."""


class Refused(Exception):
    """The address is none that we call; it says why."""


class Unreachable(Exception):
    """Nobody answered as agreed; it says how."""


@dataclass(frozen=True)
class Answer:
    """What the other side answered."""

    status: int
    wait: timedelta = timedelta()
    """For how long it wants to be left alone."""


def may_be_called(address: Address) -> bool:
    """Whether an address is one of the open internet, or of a network that the operator has opened (CALLED_NETWORKS)."""
    opened = [ipaddress.ip_network(network) for network in settings.CALLED_NETWORKS]
    return is_public(address) or any(address in network for network in opened)


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet, also by what it carries inside."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None and not is_public(inner):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def target_of(url: str) -> tuple[str, int, str]:
    """Host, port and path of an address that can be called. Raises Refused for any other form."""
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise Refused("the address holds signs that it must not")
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        raise Refused("the address cannot be read") from None
    if parts.scheme != "https":
        raise Refused("only https is called")
    if parts.username is not None or parts.password is not None or not parts.hostname or parts.fragment:
        raise Refused("the address has parts that it must not have, or no host")
    if port not in settings.CALLED_PORTS:
        raise Refused(f"only the ports {', '.join(map(str, sorted(settings.CALLED_PORTS)))} are called")
    return parts.hostname, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def is_callable(url: str) -> bool:
    """Whether an address can be called as far as its form says; where its name leads is seen at each call."""
    try:
        host, _port, _path = target_of(url)
        literal = _literal("127.0.0.1" if host == "localhost" else host)
        return literal is None or may_be_called(literal)
    except Refused:
        return False


def _literal(host: str) -> Address | None:
    """The address where it is written out; None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def resolved(host: str, port: int, allowed: Callable[[Address], bool] = may_be_called) -> str:
    """The address to connect to. Raises Refused where one of the name's addresses is not allowed."""
    resolver = ThreadPoolExecutor(1)
    try:
        found = resolver.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM).result(CONNECT)
    except (OSError, UnicodeError):  # TimeoutError is one of the first
        raise Unreachable("the name is not known") from None
    finally:
        resolver.shutdown(wait=False)
    return str(chosen([ipaddress.ip_address(str(told[4][0]).partition("%")[0]) for told in found], allowed))


def chosen(addresses: Sequence[Address], allowed: Callable[[Address], bool] = may_be_called) -> Address:
    """The one of a name's addresses to connect to. Raises Refused where any of them is not allowed."""
    if not addresses or not all(allowed(address) for address in addresses):
        raise Refused("the name leads to an address that is not of the open internet")
    return addresses[0]


class Pinned(http.client.HTTPSConnection):
    """A connection to one address, whose certificate must be that of the name."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=CONNECT, context=context)
        self.address, self.trusted = address, context

    def connect(self) -> None:
        """To the address that was looked at, and no other."""
        plain = socket.create_connection((self.address, self.port), CONNECT)
        # Known to whoever cuts the call before anything more is waited for.
        self.sock = self.trusted.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock.do_handshake()


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    at: datetime,
    allowed: Callable[[Address], bool] = may_be_called,
    context: ssl.SSLContext | None = None,
) -> Answer:
    """Send a body, and give the answer. Raises Refused before anything is sent, Unreachable where nobody answers."""
    host, port, path = target_of(url)
    connection = Pinned(host, port, resolved(host, port, allowed), context or ssl.create_default_context())
    watch = threading.Timer(IN_ALL, lambda: _cut(connection))
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", path, body, {**headers, "Connection": "close", "Accept-Encoding": "identity"})
        answer = connection.getresponse()
        answer.read(MOST)
    except (OSError, http.client.HTTPException, ValueError) as why:
        raise Unreachable(type(why).__name__) from why
    else:
        return Answer(answer.status, wait_of(answer.getheader("Retry-After", ""), at))
    finally:
        watch.cancel()
        connection.close()


def wait_of(header: str, at: datetime) -> timedelta:
    """What a Retry-After asks for, in seconds or as a moment; nothing where it cannot be read."""
    if header.isascii() and header.isdecimal() and len(header) < MOST_DIGITS:
        return timedelta(seconds=int(header))
    try:
        return max(parsedate_to_datetime(header) - at, timedelta())
    except (ValueError, TypeError, OverflowError):
        return timedelta()


def _cut(connection: http.client.HTTPSConnection) -> None:
    """End a connection that takes too long, wherever it is."""
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            connection.sock.close()
