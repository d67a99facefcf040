"""The client's side of SASL, mechanism by mechanism; the capability has to be on."""

import base64
import hashlib
import hmac
import secrets

from .accounts import chunks
from .client import Client
from .message import Message

ENDS = ("903", "904", "905", "907", "908", "ERROR")


def to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def ask_for_sasl(client: Client) -> Client:
    client.send("CAP REQ :sasl")
    client.expect("CAP", None, "ACK")
    return client


def begin(client: Client, mechanism: str) -> Message:
    """What the server says to the mechanism's name: `AUTHENTICATE +`, or why not."""
    client.send(f"AUTHENTICATE {mechanism}")
    return client.expect_any(("AUTHENTICATE", *ENDS))


def respond(client: Client, response: bytes) -> Message:
    """The server's answer: its next challenge (of one chunk), or the end."""
    client.send(*chunks(to_base64(response)))
    return client.expect_any(("AUTHENTICATE", *ENDS))


def external(client: Client, account: str = "") -> Message:
    """By the certificate of the connection: 903, or what came instead."""
    answer = begin(client, "EXTERNAL")
    return respond(client, account.encode()) if answer.command == "AUTHENTICATE" else answer


def scram(client: Client, name: str, password: str) -> Message:
    """By SCRAM-SHA-256 (RFC 5802 and 7677): 903, or what came instead. A server that cannot prove itself fails."""
    answer = begin(client, "SCRAM-SHA-256")
    if answer.command != "AUTHENTICATE":
        return answer
    nonce = secrets.token_urlsafe(18)
    first = f"n={name},r={nonce}"
    answer = respond(client, f"n,,{first}".encode())
    if answer.command != "AUTHENTICATE":
        return answer
    challenge = base64.b64decode(answer.params[0]).decode()
    parts = dict(part.split("=", 1) for part in challenge.split(","))
    if not parts["r"].startswith(nonce) or parts["r"] == nonce:
        raise AssertionError(f"the server added nothing to the nonce: {challenge}")
    proof, signature = _proofs(password, parts, f"{first},{challenge},c=biws,r={parts['r']}")
    answer = respond(client, f"c=biws,r={parts['r']},p={to_base64(proof)}".encode())
    if answer.command != "AUTHENTICATE":
        return answer
    if base64.b64decode(answer.params[0]) != f"v={to_base64(signature)}".encode():
        raise AssertionError("the server does not know the password")
    return respond(client, b"")


def _proofs(password: str, parts: dict, message: str) -> tuple[bytes, bytes]:
    """The client's proof and the server's signature."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(parts["s"]), int(parts["i"]))

    def keyed(key: bytes, text: str) -> bytes:
        return hmac.new(key, text.encode(), hashlib.sha256).digest()

    client_key = keyed(salted, "Client Key")
    signature = keyed(hashlib.sha256(client_key).digest(), message)
    proof = bytes(one ^ other for one, other in zip(client_key, signature))
    return proof, keyed(keyed(salted, "Server Key"), message)
