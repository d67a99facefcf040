"""Passport over HTTP as clients of MSNP8 and later used it: ask where to log in, log in, get a ticket."""

import http.client
import re
import urllib.parse

from .machine import reply_timeout
from .secrets import note

NEXUS = "/rdr/pprdr.asp"
TICKET = re.compile(r"from-PP='([^']*)'")
LONGEST_TICKET = 1000  # bytes that BitlBee has room for


class LoginRefused(AssertionError):
    """Passport said no; `status` is its HTTP status."""

    def __init__(self, status: int, text: str):
        super().__init__(f"Passport refused the login: {status} {text}")
        self.status = status


def get_ticket(address, handle: str, password: str, challenge: str) -> str:
    """The ticket for `USR TWN S`, by way of the nexus as a client without a cache goes."""
    host, path = find_login(address)
    return log_in(host, path, handle, password, challenge)


def find_login(address) -> tuple[tuple[str, int], str]:
    """Where the nexus sends clients to log in: address and path."""
    headers = _get(address, NEXUS, {})[1]
    if not any(name == "PassportURLs" for name, _ in headers):
        raise AssertionError(f"no header that is spelled exactly PassportURLs: {headers}")
    urls = dict(item.partition("=")[::2] for item in dict(headers)["PassportURLs"].split(","))
    login = urls["DALogin"]
    if "://" in login:
        raise AssertionError(f"DALogin has a scheme, which clients of the time did not know: {login}")
    host, slash, path = login.partition("/")
    name, _, port = host.partition(":")
    return (name, int(port or 443)), slash + path


def log_in(address, path: str, handle: str, password: str, challenge: str) -> str:
    """One request for a ticket; LoginRefused when it is refused."""
    status, headers = _get(address, path, {"Authorization": authorization(handle, password, challenge)})
    told = {name.lower(): value for name, value in headers}
    if status != 200:
        raise LoginRefused(status, told.get("www-authenticate", ""))
    found = TICKET.search(told.get("authentication-info", ""))
    if not found:
        raise AssertionError(f"no ticket in {headers}")
    if len(found[1]) > LONGEST_TICKET or " " in found[1]:
        raise AssertionError(f"no client can use this ticket: {found[1]!r}")
    return note(found[1])


def authorization(handle: str, password: str, challenge: str) -> str:
    """The header's value, as Messenger 6 wrote it."""
    quote = urllib.parse.quote
    return (
        "Passport1.4 OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,"
        f"sign-in={quote(handle, safe='')},{note('pwd=' + quote(password, safe=''))},{challenge}"
    )


def _get(address, path: str, headers: dict) -> tuple[int, list]:
    connection = http.client.HTTPConnection(*address, timeout=reply_timeout())
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        return response.status, response.getheaders()
    finally:
        connection.close()
