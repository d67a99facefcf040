"""Self-signed certificates made with openssl, and what a TLS client needs."""

import ssl
import subprocess
from pathlib import Path
from typing import NamedTuple


class Certificate(NamedTuple):
    """A certificate and its private key, both PEM."""

    certificate: Path
    private_key: Path

    def config(self) -> dict:
        """The [irc.tls] section that uses it on a free port."""
        return {
            "listen": ["127.0.0.1:0"],
            "certificate": str(self.certificate),
            "private_key": str(self.private_key),
        }

    def der(self) -> bytes:
        """What a client sees of the certificate."""
        return ssl.PEM_cert_to_DER_cert(self.certificate.read_text())


def make_certificate(directory: Path, name: str = "irc.lab.test") -> Certificate:
    """Makes a key that only its owner may read, and a certificate for it."""
    made = Certificate(directory / f"{name}.crt", directory / f"{name}.key")
    subprocess.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2".split()
        + ["-subj", f"/CN={name}", "-keyout", made.private_key, "-out", made.certificate],
        check=True,
        capture_output=True,
    )
    made.private_key.chmod(0o600)
    return made


def make_server_certificate(directory: Path, name: str, days: int = 2) -> Certificate:
    """A certificate as clients that look closely want it, for a host's NAME; expired when the days are negative."""
    made = Certificate(directory / f"{name}.{days}.crt", directory / f"{name}.{days}.key")
    request = directory / f"{name}.{days}.csr"
    for command in (
        "req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes".split()
        + ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", made.private_key, "-out", request],
        f"x509 -req -copy_extensions copy -days {days}".split()
        + ["-in", request, "-signkey", made.private_key, "-out", made.certificate],
    ):
        subprocess.run(["openssl", *command], check=True, capture_output=True)
    return made


def server_context(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.private_key)
    return context


def client_context(lowest=None, highest=None, ciphers: str = "") -> ssl.SSLContext:
    """A client that takes any certificate; `ciphers` is for the refused ones, which need a low security level."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if ciphers:
        context.set_ciphers(ciphers)
    if lowest:
        context.minimum_version = lowest
    if highest:
        context.maximum_version = highest
    return context


def client_hello(server_name: str = "irc.lab.test") -> bytes:
    """The first bytes that a TLS client sends."""
    outgoing = ssl.MemoryBIO()
    connection = client_context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=server_name)
    try:
        connection.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()
