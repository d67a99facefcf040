"""SOAP, as far as the services of MSN need it."""

from xml.sax.saxutils import escape

NAMESPACES = " ".join(f'xmlns:{prefix}="urn:{prefix}"' for prefix in ("wst", "wsp", "wsa", "wsse", "psf", "xsi"))


def envelope(body: str) -> bytes:
    """A SOAP message with that body."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><soap:Envelope '
        f'xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" {NAMESPACES}><soap:Body>{body}</soap:Body>'
        "</soap:Envelope>"
    ).encode()


def fault(code: str, words: str = "", detail: str = "") -> bytes:
    """A SOAP fault; `detail` is the code of an address book's fault."""
    more = f"<detail><errorcode>{detail}</errorcode></detail>" if detail else ""
    return envelope(
        f"<soap:Fault><faultcode>{code}</faultcode><faultstring>{escape(words)}</faultstring>{more}</soap:Fault>"
    )


def texts(document, name: str) -> list[str]:
    """The texts of all elements of that local name."""
    return [node.text or "" for node in document.iter() if node.tag.rpartition("}")[2] == name]


def text(document, name: str) -> str:
    return next(iter(texts(document, name)), "")
