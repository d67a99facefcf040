"""Bodies that MSN clients send, byte for byte as the clients of the time did."""

import base64
import struct

FILE_PURPOSE = "{5D3E02AB-6190-11D3-BBBB-00C04F795683}"
OBJECT_PURPOSE = "{A4268EEC-FEC5-49E5-95C3-F126696BDBF6}"
PLAIN_FORMAT = "FN=Arial; EF=; CO=0; CS=0; PF=22"


def text_body(text: str | bytes, *, style: str = PLAIN_FORMAT, charset: str = "UTF-8", more: str = "") -> bytes:
    """text/plain; `style` is the value of X-MMS-IM-Format, `more` are further header lines with their CRLF."""
    content = text.encode() if isinstance(text, str) else text
    head = f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset={charset}\r\n"
    if style:
        head += f"X-MMS-IM-Format: {style}\r\n"
    return (head + more + "\r\n").encode() + content


def typing_body(handle: str) -> bytes:
    return f"MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\nTypingUser: {handle}\r\n\r\n\r\n".encode()


def datacast_body(number: int, data: str = "") -> bytes:
    """1 is a nudge, 2 a wink, 3 a voice clip, 4 an action."""
    fields = f"ID: {number}\r\n" + (f"Data: {data}\r\n" if data else "")
    return f"MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast\r\n\r\n{fields}\r\n".encode()


def nudge_body() -> bytes:
    return datacast_body(1)


def typed_body(content_type: str, content: bytes = b"") -> bytes:
    """Any other type."""
    return f"MIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n".encode() + content


def chunk_bodies(parts, message_id: str = "{8B1F0C52-7D43-4E1A-9C0F-2A6D5E9B1234}", chunks: int = 0) -> list[bytes]:
    """A message in several parts, as Messenger 7 sends long ones; `chunks` is the number that is announced."""
    more = f"Message-ID: {message_id}\r\nChunks: {chunks or len(parts)}\r\n"
    bodies = [text_body(parts[0], more=more)]
    for index, part in enumerate(parts[1:], 1):
        content = part.encode() if isinstance(part, str) else part
        bodies.append(f"Message-ID: {message_id}\r\nChunk: {index}\r\n\r\n".encode() + content)
    return bodies


def p2p_bodies(to: str, text: bytes, identifier: int = 7, size: int = 1202) -> list[bytes]:
    """A message of signalling over the p2p transport, in pieces."""
    bodies = []
    for offset in range(0, len(text), size):
        piece = text[offset : offset + size]
        head = struct.pack("<IIQQIIIIQ", 0, identifier, offset, len(text), len(piece), 0, 99, 0, 0)
        mime = f"MIME-Version: 1.0\r\nContent-Type: application/x-msnmsgrp2p\r\nP2P-Dest: {to}\r\n\r\n"
        bodies.append(mime.encode() + head + piece + bytes(4))
    return bodies


def slp_invitation(sender: str, to: str, purpose: str, context: bytes = b"") -> bytes:
    """INVITE of MSNSLP; `purpose` is an EUF-GUID."""
    body = f"EUF-GUID: {purpose}\r\nSessionID: 4711\r\nAppID: 2\r\nContext: ".encode()
    body += base64.b64encode(context) + b"\r\n\r\n\0"
    head = (
        f"INVITE MSNMSGR:{to} MSNSLP/1.0\r\nTo: <msnmsgr:{to}>\r\nFrom: <msnmsgr:{sender}>\r\n"
        "Via: MSNSLP/1.0/TLP ;branch={33517CE4-02FC-4428-B6F4-39927229B722}\r\nCSeq: 0 \r\n"
        "Call-ID: {9D79AE57-1BD5-444B-B14E-3FC9BB2B5D58}\r\nMax-Forwards: 0\r\n"
        f"Content-Type: application/x-msnmsgr-sessionreqbody\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def file_context(name: str, size: int) -> bytes:
    """What MSNSLP says of a file: 574 bytes."""
    return struct.pack("<IIQI", 574, 2, size, 1) + name.encode("utf-16-le").ljust(520, b"\0") + bytes(30) + b"\xff" * 4


def file_invitation_body(name: str, size: int, cookie: int = 4711) -> bytes:
    """An offer of a file as Messenger 1 to 5 make it."""
    fields = (
        "Application-Name: File Transfer\r\n"
        "Application-GUID: {5D3E02AB-6190-11d3-BBBB-00C04F795683}\r\n"
        f"Invitation-Command: INVITE\r\nInvitation-Cookie: {cookie}\r\n"
        f"Application-File: {name}\r\nApplication-FileSize: {size}\r\n\r\n"
    )
    return typed_body("text/x-msmsgsinvite; charset=UTF-8", fields.encode())


def file_offer(sender: str, receiver: str, number: int, name: str = "cat.jpg", size: int = 10) -> bytes:
    """An invitation to take a file, each number another."""
    text = slp_invitation(sender, receiver, FILE_PURPOSE, file_context(name, size))
    text = text.replace(b"SessionID: 4711", b"SessionID: %d" % (4000 + number))
    text = text.replace(b"9D79AE57", b"%08X" % number).replace(b"33517CE4", b"%08X" % number)
    start, _, body = text.partition(b"\r\n\r\n")
    length = b"Content-Length: %d" % len(body)
    return start[: start.index(b"Content-Length")] + length + b"\r\n\r\n" + body
