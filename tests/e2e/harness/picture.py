"""A display picture on MSN: what a client says of it in its presence, and how it gives it to whoever asks by MSNSLP."""

import base64
import hashlib
import random
import urllib.parse

from .msn import CAPABILITIES, MsnClient
from .msn_body import OBJECT_PURPOSE
from .msn_slp import PIECE_BYTES, Head, SlpSession
from .switchboard import Switchboard

PNG = b"\x89PNG\r\n\x1a\n"
PREPARATION, PICTURE_FLAGS, APPLICATION = bytes(4), 0x20, 1


def make_png(size: int, seed: int = 1) -> bytes:
    """So many bytes that begin like a PNG."""
    return PNG + random.Random(seed).randbytes(size - len(PNG))


def describe(handle: str, data: bytes) -> str:
    """The object of a picture."""
    digest = base64.b64encode(hashlib.sha1(data).digest()).decode()
    return (
        f'<msnobj Creator="{handle}" Size="{len(data)}" Type="3" Location="TFR1.dat" Friendly="AAA=" SHA1D="{digest}"/>'
    )


def show(client: MsnClient, text: str = "", status: str = "NLN") -> list:
    """CHG with an object, or without one; what came until it was done."""
    words = [status, CAPABILITIES] + ([urllib.parse.quote(text, safe="")] if text else [])
    trid = client.command("CHG", *words)
    client.expect("CHG", trid)
    return client.barrier()


class PictureGiver(SlpSession):
    """Is asked for a picture of its own in a conversation. `text` is the object it has to be asked by."""

    def __init__(self, chat: Switchboard, text: str, peer: str = ""):
        super().__init__(chat, peer)
        self.invitation = self.expect("INVITE")
        body = self.invitation.body
        if body["EUF-GUID"].upper() != OBJECT_PURPOSE or body["AppID"] != "1":
            raise AssertionError(f"no picture: {body}")
        if base64.b64decode(body["Context"], validate=True) != text.encode() + b"\0":
            raise AssertionError(f"another picture: {body}")
        self.session = int(body["SessionID"])
        self.call_id = self.invitation.headers["Call-ID"]

    def decline(self) -> None:
        self.send_answer("603 Decline", self.invitation)

    def give(self, data: bytes) -> "PictureGiver":
        """All of it, to the end."""
        self.send_answer("200 OK", self.invitation)
        self.wait_until_acknowledged(self._send(PREPARATION, 0))
        self.wait_until_acknowledged(self._send(data, PICTURE_FLAGS))
        self.expect_bye()
        return self

    def _send(self, data: bytes, flags: int) -> tuple:
        mark = self.next_identifier(), random.getrandbits(32)
        for offset in range(0, len(data), PIECE_BYTES):
            piece = data[offset : offset + PIECE_BYTES]
            head = Head(self.session, mark[0], offset, len(data), len(piece), flags, mark[1], 0, 0)
            self.post(head, piece, APPLICATION)
        return mark
