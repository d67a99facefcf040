"""Messages that are left with a service for somebody who is away, and the web services that keep them."""

import base64
import hashlib
from xml.sax.saxutils import escape

from .msn_challenge import answer_challenge
from .soap import envelope, text, texts

READING, STORING = "/rsi/rsi.asmx", "/OimWS/oim.asmx"
CHALLENGE = "1850937852"
FAULT = (
    '<soap:Fault><faultcode xmlns:q0="urn:q0">q0:{}</faultcode><faultstring>Exception</faultstring><detail>{}</detail>'
    "</soap:Fault>"
)


class MailShelf:
    """`waiting` holds what was left for the account, by id; `stored` is what the account left for others: receiver,
    number in its run, and text. `as_text` gives the list as text, as some services do, instead of elements."""

    paths = (READING, STORING)

    def __init__(self, owner: str):
        self.owner = owner
        self.waiting: dict[str, tuple[str, str]] = {}  # sender and mail
        self.stored: list[tuple[str, int, str]] = []
        self.runs: set[str] = set()
        self.reading_ticket = "reading"
        self.too_large = False
        self.as_text = False
        self.wants_lock_key = True
        self.wants_fresh_ticket = False
        self.fault = ""  # of whatever is stored
        self._tickets = 0

    def leave(self, sender: str, words: str, run: str, number: int, date: str = "02 Jan 2026 03:04:05.123") -> str:
        """Somebody left a message; gives its id."""
        mail_id = f"{len(self.waiting):08X}-0000-4000-8000-{hashlib.md5(words.encode()).hexdigest()[:12].upper()}"
        name = base64.b64encode(sender.partition("@")[0].capitalize().encode()).decode()
        body = base64.encodebytes(words.encode()).decode().strip().replace("\n", "\r\n")
        head = (
            f"X-Message-Info: x\r\nReceived: from a by b;\r\n\t {date}\r\nFrom: =?utf-8?B?{name}?= <{sender}>\r\n"
            f"To: {self.owner}\r\nSubject: \r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
            f"Content-Transfer-Encoding: base64\r\nX-OIM-Message-Type: OfflineMessage\r\nX-OIM-Run-Id: {{{run}}}\r\n"
            f"X-OIM-Sequence-Num: {number}\r\nX-OriginalArrivalTime: {date} (UTC) FILETIME=[0:0]\r\n"
            "Date: 01 Jan 2026 19:04:05 -0800\r\n"
        )
        self.waiting[mail_id] = (sender, f"{head}\r\n{body}")
        return mail_id

    # --- what the notification server says

    def initial_notice(self) -> bytes:
        """What waits at a sign-in."""
        data = "too-large" if self.too_large else self._data(self.waiting)
        return self._notice("text/x-msmsgsinitialmdatanotification", data)

    def later_notice(self, mail_id: str) -> bytes:
        """What came meanwhile."""
        return self._notice("text/x-msmsgsoimnotification", self._data([mail_id]))

    def _notice(self, kind: str, data: str) -> bytes:
        body = f"MIME-Version: 1.0\r\nContent-Type: {kind}; charset=UTF-8\r\n\r\nMail-Data: {data}\r\n".encode()
        return f"MSG Hotmail Hotmail {len(body)}\r\n".encode() + body

    def _data(self, ids) -> str:
        notes = "".join(
            f"<M><T>11</T><S>6</S><RT>2026-01-02T03:04:05Z</RT><RS>0</RS><SZ>950</SZ><E>{self.waiting[one][0]}</E>"
            f"<I>{one}</I><F>00000000-0000-0000-0000-000000000009</F><N>=?utf-8?B?Qm9i?=</N></M>"
            for one in ids
        )
        return f"<MD><E><I>0</I><IU>0</IU><O>0</O><OU>0</OU></E><Q><QTM>409600</QTM><QNM>204800</QNM></Q>{notes}</MD>"

    # --- the web services

    def ticket(self, address: str) -> str | None:
        """The ticket that a login gives for that address; each one for storing has another number."""
        if address == "messengersecure.live.com":
            self._tickets += 1
            return f"storing{self._tickets}"
        return self.reading_ticket if address == "messenger.msn.com" else None

    def answer(self, path: str, action: str, document) -> tuple[int, bytes]:
        """What a web service answers."""
        if path == STORING:
            return self._store(document)
        if (text(document, "t"), text(document, "p")) != (self.reading_ticket, ""):
            return 500, envelope(FAULT.format("AuthenticationFailed", "<TweenerChallenge>ct=1</TweenerChallenge>"))
        ids = texts(document, "messageId")
        if any(one not in self.waiting for one in ids):
            return 500, envelope(FAULT.format("Client", ""))
        match action:
            case "GetMetadata":
                data = self._data(self.waiting)
                return self._done(action, escape(data) if self.as_text else data)
            case "GetMessage":
                mail = escape(self.waiting[ids[0]][1])
                return self._done(action, f"<GetMessageResult>{mail}</GetMessageResult>")
            case "DeleteMessages":
                for one in ids:
                    del self.waiting[one]
                return self._done(action, "")
        return 500, b""

    def _done(self, action: str, content: str) -> tuple[int, bytes]:
        return 200, envelope(f"<{action}Response>{content}</{action}Response>")

    def _store(self, document) -> tuple[int, bytes]:
        ticket = next(node for node in document.iter() if node.tag.endswith("}Ticket"))
        sender = next(node for node in document.iter() if node.tag.endswith("}From"))
        receiver = next(node for node in document.iter() if node.tag.endswith("}To"))
        proof = (ticket.get("appid"), ticket.get("lockkey"))
        if self.wants_lock_key and proof != answer_challenge(15, CHALLENGE):
            return self._challenge(f"<LockKeyChallenge>{CHALLENGE}</LockKeyChallenge>")
        if self.wants_fresh_ticket and ticket.get("passport") == "t=storing1&p=":
            return self._challenge("<TweenerChallenge>ct=1</TweenerChallenge>")
        if self.fault:
            return 500, envelope(FAULT.format(self.fault, ""))
        head, _, body = text(document, "Content").replace("\r\n", "\n").partition("\n\n")
        fields = dict(line.split(": ", 1) for line in head.splitlines())
        number = int(text(document, "MessageNumber"))
        good = (
            sender.get("memberName") == self.owner
            and fields["MIME-Version"] == "1.0"
            and fields["Content-Type"].startswith("text/plain")
            and fields["Content-Transfer-Encoding"] == "base64"
            and fields["X-OIM-Message-Type"] == "OfflineMessage"
            and int(fields["X-OIM-Sequence-Num"]) == number
            and all(len(line) <= 76 for line in body.splitlines())
        )
        if not good:
            return 500, envelope(FAULT.format("InvalidContent", ""))
        self.runs.add(fields["X-OIM-Run-Id"])
        self.stored.append((receiver.get("memberName"), number, base64.b64decode(body).decode()))
        return 200, envelope("<StoreResponse><PointsConsumed>0</PointsConsumed></StoreResponse>")

    def _challenge(self, detail: str) -> tuple[int, bytes]:
        return 500, envelope(FAULT.format("AuthenticationFailed", detail))
