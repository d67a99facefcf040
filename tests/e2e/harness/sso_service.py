"""A small MSN service of MSNP15: notification server, switchboard, Passport by SOAP, and the web services that keep
contact lists and messages for who is away. It has one account; a test may replace what the web services answer."""

import base64
import contextlib
import hashlib
import hmac
import socket
import threading
import xml.etree.ElementTree as ElementTree
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .machine import eventually
from .oim import MailShelf
from .soap import envelope, fault, text, texts

HANDLE = "ana@example.com"
PASSWORD = "<secret> & so on"
NONCE = base64.b64encode(bytes(range(48))).decode()
SECRET = bytes(range(24))
GUID = "00000000-0000-4000-8000-{:012}"
WITH_PAYLOAD = ("ADL", "RML", "UUX", "QRY")
BITS = {"Allow": 2, "Block": 4, "Reverse": 8}
RST_TOKEN = (
    "<wst:RequestSecurityTokenResponse><wsp:AppliesTo><wsa:EndpointReference><wsa:Address>{}</wsa:Address>"
    "</wsa:EndpointReference></wsp:AppliesTo><wst:RequestedSecurityToken><wsse:BinarySecurityToken>{}"
    "</wsse:BinarySecurityToken></wst:RequestedSecurityToken>{}</wst:RequestSecurityTokenResponse>"
)
PROOF = "<wst:RequestedProofToken><wst:BinarySecret>{}</wst:BinarySecret></wst:RequestedProofToken>"

def derived_key(secret: bytes, label: bytes) -> bytes:
    """How MSNP15 makes keys of the secret that comes with a ticket."""

    def sign(message: bytes) -> bytes:
        return hmac.new(secret, message, hashlib.sha1).digest()

    first = sign(label)
    return sign(first + label) + sign(sign(first) + label)[:4]


class SsoService:
    """`contacts` and `members` are its address book; `online` are handles and friendly names of who is there.
    `answers` replaces what an operation of the web services answers: "RST", "FindMembership", ...: a function that gets
    nothing and gives status and bytes, or None for the ordinary answer. Status 0: the bytes are all of HTTP's answer.
    Instead of bytes there may be an iterator of them, whose end is that of the connection."""

    def __init__(self):
        self.contacts: list[str] = []  # handles on FL
        self.members: dict[str, list[str]] = {role: [] for role in BITS}
        self.online: dict[str, str] = {}
        self.answers: dict = {}
        self.operations: list[str] = []  # that were asked for, in order
        self.told: list[str] = []  # payloads of ADL and RML
        self.messages: list[bytes] = []  # that reached the switchboard
        self.good_proofs = 0
        self.mail = MailShelf(HANDLE)  # what was left for the account, and what it leaves for others
        self._valid_ticket = 0  # those with that number are taken by the address book
        self._ns: socket.socket | None = None
        self._told_of_mail: socket.socket | None = None  # the connection that was
        self._sb: socket.socket | None = None
        self._connections: list[socket.socket] = []
        self._servers = {kind: socket.create_server(("127.0.0.1", 0)) for kind in ("ns", "sb")}
        for kind, server in self._servers.items():
            threading.Thread(target=self._accept, args=(kind, server), daemon=True).start()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def address(self, kind: str) -> str:
        """"ns", "sb" or "http"."""
        server = self._http.socket if kind == "http" else self._servers[kind]
        host, port = server.getsockname()
        return f"{host}:{port}"

    def expire_tickets(self) -> None:
        """The address book takes none of those that were given until now."""
        self._valid_ticket += 1

    def appear(self, handle: str) -> None:
        """Somebody of `online` who is on the list comes online."""
        self._ns.sendall(f"NLN NLN {handle} 1 {self.online[handle]} 0\r\n".encode())

    def vanish(self, handle: str, *, tell: bool = True) -> None:
        """Somebody goes offline; if not `tell`, the client does not know it yet."""
        del self.online[handle]
        if tell:
            self._ns.sendall(f"FLN {handle} 1 0\r\n".encode())

    def say(self, handle: str, text: str) -> None:
        """Somebody answers in the switchboard that was opened last."""
        body = f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n{text}".encode()
        self._sb.sendall(f"MSG {handle} {self.online[handle]} {len(body)}\r\n".encode() + body)

    def tell_of_mail(self, mail_id: str) -> None:
        """A message was left while the account is signed in."""
        self._ns.sendall(self.mail.later_notice(mail_id))

    def push(self, data: bytes) -> None:
        """Anything, to the notification client that connected last; as much of it as the client takes."""
        with contextlib.suppress(OSError):
            self._ns.sendall(data)

    def drop(self) -> None:
        """Cuts the client's connection, if there is one."""
        with contextlib.suppress(OSError):
            self._ns.shutdown(socket.SHUT_RDWR)

    def wait_for_message(self, text: str) -> None:
        eventually(lambda: any(text.encode() in one for one in self.messages), f"{text!r} reaches the switchboard")

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        for one in (*self._servers.values(), *self._connections):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    # --- the servers of MSNP

    def _accept(self, kind: str, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                connection.settimeout(60)
                self._connections.append(connection)
                setattr(self, f"_{kind}", connection)
                threading.Thread(target=self._serve, args=(kind, connection), daemon=True).start()

    def _serve(self, kind: str, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection, connection.makefile("rb") as lines:
            for line in lines:
                words = line.decode("utf-8", "replace").split()
                has_payload = words[0] in WITH_PAYLOAD or (kind == "sb" and words[0] == "MSG")
                payload = lines.read(int(words[-1])) if has_payload else b""
                answer = self._notify(words, payload) if kind == "ns" else self._switch(words, payload)
                connection.sendall(answer.encode())

    def _notify(self, words: list[str], payload: bytes) -> str:
        verb, trid, *rest = [*words, "0"] if len(words) == 1 else words
        match verb:
            case "VER":
                return f"VER {trid} MSNP15\r\n"
            case "CVR":
                return f"CVR {trid} 8.5.1302 8.5.1302 8.5.1302 http://a/ http://a/\r\n"
            case "USR" if rest[1] == "I":
                return f"GCF 0 5\r\n<x/>\nUSR {trid} SSO S MBI_KEY_OLD {NONCE}\r\n"
            case "USR":
                return self._let_in(trid, rest)
            case "ADL" | "RML":
                self.told.append(payload.decode())
                return f"{verb} {trid} OK\r\n"
            case "BLP" | "PRP":
                return f"{verb} {trid} {' '.join(rest)}\r\n"
            case "UUX":
                return f"UUX {trid} 0\r\n"
            case "CHG":
                here = [handle for handle in self.contacts if handle in self.online]
                seen = "".join(f"ILN {trid} NLN {handle} 1 {self.online[handle]} 0\r\n" for handle in here)
                return f"CHG {trid} {' '.join(rest)}\r\n{seen}{self._mail_notice()}"
            case "XFR":
                return f"XFR {trid} SB {self.address('sb')} CKI key\r\n"
            case "PNG":
                return "QNG 60\r\n"
        return ""

    def _mail_notice(self) -> str:
        """Once for each connection, behind the first status."""
        if self._told_of_mail is self._ns:
            return ""
        self._told_of_mail = self._ns
        return self.mail.initial_notice().decode()

    def _let_in(self, trid: str, rest: list[str]) -> str:
        """The ticket is ours, and the proof was made with its secret."""
        proof = base64.b64decode(rest[3])
        key = derived_key(SECRET, b"WS-SecureConversationSESSION KEY HASH")
        good = proof[36:56] == hmac.new(key, NONCE.encode(), hashlib.sha1).digest() and len(proof) == 128
        if rest[2] != "t=messenger&p=" or not good:
            return f"911 {trid}\r\n"
        self.good_proofs += 1
        return f"USR {trid} OK {HANDLE} 1 0\r\n"

    def _switch(self, words: list[str], payload: bytes) -> str:
        match words[0]:
            case "USR":
                return f"USR {words[1]} OK {HANDLE} ana\r\n"
            case "CAL" if words[2] not in self.online:
                return f"217 {words[1]}\r\n"
            case "CAL":
                name = self.online[words[2]]
                return f"CAL {words[1]} RINGING 1\r\nJOI {words[2]} {name} 0\r\n"
            case "MSG":
                self.messages.append(payload)
                return f"ACK {words[1]}\r\n"
        return ""

    # --- the web services

    def _handler(self):
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                action = self.headers.get("SOAPAction", "").strip('"').rpartition("/")[2]
                status, answer = service._answer(self.path, action, body)
                is_whole = isinstance(answer, bytes)
                with contextlib.suppress(OSError):
                    if status:
                        self.send_response(status)
                        self.send_header("Content-Type", "text/xml; charset=utf-8")
                        if is_whole:
                            self.send_header("Content-Length", str(len(answer)))
                        self.end_headers()
                    for piece in [answer] if is_whole else answer:
                        self.wfile.write(piece)

            def log_message(self, *_arguments) -> None:
                pass

        return Handler

    def _answer(self, path: str, action: str, body: bytes) -> tuple[int, bytes]:
        is_login = path == "/RST.srf"
        operation = "RST" if is_login else action
        self.operations.append(operation)
        replaced = self.answers.get(operation, lambda: None)()
        if replaced is not None:
            return replaced
        document = ElementTree.fromstring(body)
        if is_login:
            return self._give_tickets(document)
        if path in self.mail.paths:
            return self.mail.answer(path, action, document)
        if path != f"/abservice/{'abservice' if action.startswith('AB') else 'SharingService'}.asmx":
            return 404, b""
        if text(document, "TicketToken") != f"t=contacts{self._valid_ticket}&p=":
            return 500, fault("soap:Client", "expired", "PassportAuthFail")
        return 200, envelope(f"<{action}Response>{self._change(action, document)}</{action}Response>")

    def _give_tickets(self, document) -> tuple[int, bytes]:
        if (text(document, "Username"), text(document, "Password")) != (HANDLE, PASSWORD):
            return 200, fault("wsse:FailedAuthentication", "Your password is \u202ewrong")
        tokens = ""
        for address in texts(document, "Address"):
            name = {"messengerclear.live.com": "messenger", "contacts.msn.com": f"contacts{self._valid_ticket}"}
            if (ticket := self.mail.ticket(address)) is not None:
                name[address] = ticket
            if address in name:
                proof = PROOF.format(base64.b64encode(SECRET).decode()) if name[address] == "messenger" else ""
                tokens += RST_TOKEN.format(address, f"t={name[address]}&amp;p=", proof)
        collection = "RequestSecurityTokenResponseCollection"
        return 200, envelope(f"<wst:{collection}>{tokens}</wst:{collection}>")

    def _change(self, action: str, document) -> str:
        match action:
            case "FindMembership":
                return f"<FindMembershipResult><Services>{self._service()}</Services></FindMembershipResult>"
            case "ABFindAll":
                contacts = "".join(contact_element(GUID.format(n), handle) for n, handle in enumerate(self.contacts))
                return f"<ABFindAllResult><contacts>{contacts}{ME}</contacts></ABFindAllResult>"
            case "AddMember":
                self.members[text(document, "MemberRole")].append(text(document, "PassportName"))
            case "DeleteMember":
                role = self.members[text(document, "MemberRole")]
                role[:] = [handle for handle in role if handle != text(document, "PassportName")]
            case "ABContactAdd":
                self.contacts.append(text(document, "passportName"))
                guid = GUID.format(len(self.contacts) - 1)
                return f"<ABContactAddResult><guid>{guid}</guid></ABContactAddResult>"
            case "ABContactDelete":
                self.contacts.pop(int(text(document, "contactId")[-12:]))
        return ""

    def _service(self) -> str:
        roles = ""
        for role, handles in self.members.items():
            members = "".join(
                f'<Member xsi:type="PassportMember"><Type>Passport</Type><PassportName>{handle}</PassportName></Member>'
                for handle in handles
            )
            roles += f"<Membership><MemberRole>{role}</MemberRole><Members>{members}</Members></Membership>"
        info = "<Info><Handle><Type>Messenger</Type></Handle></Info>"
        return f"<Service><Memberships>{roles}</Memberships>{info}</Service>"


ME = (
    "<Contact><contactInfo><contactType>Me</contactType><displayName>Ana A</displayName><annotations><Annotation>"
    "<Name>MSN.IM.BLP</Name><Value>1</Value></Annotation></annotations></contactInfo></Contact>"
)


def contact_element(guid: str, handle: str) -> str:
    """Somebody in an address book."""
    name = handle.partition("@")[0].capitalize()
    return (
        f"<Contact><contactId>{guid}</contactId><contactInfo><contactType>Regular</contactType><passportName>{handle}"
        f"</passportName><displayName>{name}</displayName><isMessengerUser>true</isMessengerUser></contactInfo>"
        "</Contact>"
    )
