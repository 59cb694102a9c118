"""Calls to addresses that somebody else has named: to public machines alone, by TLS, briefly, and wherever they lead.

A name is resolved once, every address it has is looked at, and the connection goes to one of those: a name that means
something else a moment later changes nothing. No proxy, no redirect, nothing of the answer but its status.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

CONNECT, IN_ALL = 5.0, 15.0
"""Seconds to connect, and for everything."""
MOST = 64 * 1024
"""So much of an answer is read at the most."""
PORTS = frozenset({443, 8443})
LONGEST = 500

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Behind it is an IPv4 address."""


class Refused(Exception):
    """The address is none that we call; it says why."""


class Unreachable(Exception):
    """Nobody answered as agreed; it says how."""


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
    if port not in PORTS:
        raise Refused(f"only the ports {', '.join(map(str, sorted(PORTS)))} are called")
    return parts.hostname, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def resolved(host: str, port: int, allowed: Callable[[Address], bool] = is_public) -> str:
    """The address to connect to. Raises Refused where one of the name's addresses is not allowed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("the name is not known") from None
    return str(chosen([ipaddress.ip_address(str(told[4][0]).partition("%")[0]) for told in found], allowed))


def chosen(addresses: Sequence[Address], allowed: Callable[[Address], bool] = is_public) -> Address:
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
        try:
            self.sock = self.trusted.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: Callable[[Address], bool] = is_public,
    context: ssl.SSLContext | None = None,
) -> int:
    """Send a body, and give the status of the answer. Raises Refused before anything is sent, Unreachable otherwise."""
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
        return answer.status
    finally:
        watch.cancel()
        connection.close()


def _cut(connection: http.client.HTTPSConnection) -> None:
    """End a connection that takes too long, wherever it is."""
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            connection.sock.close()
