"""Bodies that MSN clients send, byte for byte as the clients of the time did."""

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


def file_invitation_body(name: str, size: int, cookie: int = 4711) -> bytes:
    """An offer of a file as Messenger 1 to 5 make it."""
    fields = (
        "Application-Name: File Transfer\r\n"
        "Application-GUID: {5D3E02AB-6190-11d3-BBBB-00C04F795683}\r\n"
        f"Invitation-Command: INVITE\r\nInvitation-Cookie: {cookie}\r\n"
        f"Application-File: {name}\r\nApplication-FileSize: {size}\r\n\r\n"
    )
    return typed_body("text/x-msmsgsinvite; charset=UTF-8", fields.encode())
