"""Attack cases A11 to A18: commands, CAP and the time before a connection is registered."""

import threading
import time
import unittest

from harness.case import DaemonCase, configured
from harness.certificates import client_hello, make_certificate
from harness.client import Client, Ended, of_command
from harness.machine import patience

COMMANDS = (
    "USER PASS CAP PING PONG JOIN PART TOPIC NAMES LIST INVITE KICK MODE PRIVMSG NOTICE TAGMSG WHO WHOIS WHOWAS ISON "
    "USERHOST AWAY MONITOR SETNAME MOTD VERSION TIME INFO HELP LUSERS LINKS STATS OPER KILL WALLOPS REHASH ADMIN TRACE "
    "CONNECT SQUIT SERVER SERVICE DIE RESTART AUTHENTICATE WEBIRC PROXY BATCH CHATHISTORY MARKREAD REDACT METADATA "
    "NOSUCH NICK"
).split()
HTTP_VERBS = "GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH".split()
LABEL_CAPS = ("message-tags", "labeled-response", "batch", "standard-replies", "echo-message")


class EveryCommandTest(DaemonCase):
    """A11: each command with 0, 1 and 20 parameters."""

    def provoke(self, client: Client, command: str) -> None:
        client.send(command, f"{command} :", command + " x" * 20)
        self.assert_still_served(client)

    def test_A11_every_command_of_a_user(self) -> None:
        """Whatever the answer is, the connection is kept and served."""
        mal = self.user("mal", "#room", caps=LABEL_CAPS)
        for command in COMMANDS:
            if command not in HTTP_VERBS:
                with self.subTest(command):
                    self.provoke(mal, command)

    def test_A11_every_command_before_registration(self) -> None:
        """A stranger's commands do no harm; PING is answered before 001."""
        for command in COMMANDS:
            if command in HTTP_VERBS or command == "WEBIRC":
                continue  # close at once: A14, I12
            with self.subTest(command):
                stranger = self.visitor()
                self.provoke(stranger, command)
                stranger.close()

    def test_A11_every_command_of_an_operator(self) -> None:
        """An operator's malformed commands do not stop the server either."""
        for command in COMMANDS:
            if command not in HTTP_VERBS:
                with self.subTest(command):
                    self.provoke(self.operator(), command)

    def test_A11_quit_with_20_parameters(self) -> None:
        """QUIT closes, with ERROR."""
        for line in ("QUIT", "QUIT :", "QUIT" + " x" * 20):
            stranger = self.visitor()
            stranger.send(line)
            self.assertEqual(stranger.read_to_end()[-1].command, "ERROR")


class CapAbuseTest(DaemonCase):
    """A13: CAP in every wrong way."""

    def test_A13_cap_abuse_before_registration(self) -> None:
        """A huge version is a version, unknown names are refused whole, and the client can still register."""
        mal = self.visitor()
        self.assertTrue(of_command(mal.ask("CAP LS 99999999999999999999"), "CAP", None, "LS"))
        replies = mal.ask("CAP REQ :server-time " + "x " * 220)
        self.assertTrue(of_command(replies, "CAP", None, "NAK"))
        self.assertTrue(of_command(mal.ask("CAP REQ :" + "x " * 480), "417"))
        self.assertFalse("server-time" in mal.ask("CAP LIST")[0].text, "part of a refused request was granted")
        mal.ask("CAP REQ :-cap-notify")
        self.assertTrue(of_command(mal.ask("CAP FOO"), "410"))
        mal.send(*["CAP END"] * 1000)
        mal.register("mal")
        self.assert_still_served(mal)

    def test_A13_cap_abuse_of_a_user(self) -> None:
        """CAP works after registration too, and CAP END means nothing there."""
        mal = self.user("mal")
        self.assertTrue(of_command(mal.ask("CAP REQ :server-time no-such"), "CAP", None, "NAK"))
        self.assertTrue(of_command(mal.ask("CAP REQ :server-time"), "CAP", None, "ACK"))
        self.assertTrue(of_command(mal.ask("CAP FOO"), "410"))
        self.assertEqual(of_command(mal.ask(*["CAP END"] * 1000), "421"), [])


class WrongProtocolTest(DaemonCase):
    """A14, A15: clients that do not speak IRC, or speak it on the wrong port."""

    def prepare(self) -> dict:
        self.certificate = make_certificate(self.directory)
        return {"irc.tls": self.certificate.config()}

    def test_A14_http_on_the_irc_port(self) -> None:
        """A first line with an HTTP verb closes the connection; the IRC commands in its body are never done."""
        self.canaries[0].ask("MONITOR + mal")
        for verb in HTTP_VERBS:
            with self.subTest(verb):
                browser = self.visitor()
                request = f"{verb} / HTTP/1.1\r\nHost: x\r\nContent-Length: 60\r\n\r\n"
                browser.send_until_closed((request + "NICK mal\r\nUSER m 0 * :m\r\nJOIN #room\r\n").encode())
                answers = browser.read_to_end()
                self.assertEqual([message for message in answers if message.command != "ERROR"], [])
        self.assert_silent(self.canaries[0], "730")

    def test_A15_tls_hello_on_the_plain_port(self) -> None:
        """A TLS client on the plain port is closed within 5 s, with at most one line."""
        stray = self.visitor()
        stray.send_until_closed(client_hello())
        self.assertLessEqual(len(stray.read_to_end(5 * patience())), 1)

    def test_A15_plain_irc_on_the_tls_port(self) -> None:
        """Plain text on the TLS port is closed within 5 s, and makes no user."""
        stray = self.visitor("irc-tls")
        stray.send_until_closed(b"NICK stray\r\nUSER s 0 * :s\r\n")
        self.assert_closes_without_a_word(stray)
        self.assertEqual(self.canaries[0].ask("ISON stray")[0].text.strip(), "")

    def assert_closes_without_a_word(self, client: Client) -> None:
        """At most a TLS alert (seven bytes) comes before the end."""
        client.socket.settimeout(5 * patience())
        received = b""
        try:
            while data := client.socket.recv(4096):
                received += data
        except ConnectionError:
            pass
        self.assertLessEqual(len(received), 7, received)


class UnfinishedRegistrationTest(DaemonCase):
    """A16, A17: connections that never become users."""

    SECONDS = 2.0

    def time_until_closed(self, client: Client, lines=(), every: float = 0.0, again: str = "") -> float:
        """Sends `lines`, then `again` every so often, answers PING, and tells when the server closed."""
        started = time.monotonic()
        if lines:
            client.send(*lines)
        try:
            while time.monotonic() - started < 60:
                if client.read(every or 5.0) is None and again:
                    client.send_until_closed(again.encode() + b"\r\n")
        except Ended as end:
            self.endings.append(str(end))
        return time.monotonic() - started

    @configured({"irc": {"registration_timeout": "2s", "ping_interval": "1s", "ping_timeout": "10s"}})
    def test_A16_registration_never_finished(self) -> None:
        """Silence, NICK alone, PONGs without USER, CAP kept open: each is closed when its time is up."""
        self.endings: list[str] = []
        ways = {
            "silence": {},
            "NICK only": {"lines": ["NICK x"]},
            "NICK and PONG": {"lines": ["NICK y"], "every": 0.5, "again": "PONG :y"},
            "CAP kept open": {"lines": ["CAP LS"], "every": 0.5, "again": "CAP LIST"},
        }
        spans: dict[str, float] = {}

        def try_out(way: str) -> None:
            spans[way] = self.time_until_closed(clients[way], **ways[way])

        clients = {way: self.visitor() for way in ways}
        threads = [threading.Thread(target=try_out, args=[way]) for way in ways]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for way, span in spans.items():
            with self.subTest(way):
                self.assertGreater(span, self.SECONDS - 1)
                self.assertLess(span, self.SECONDS + 1 * patience())
        self.assertEqual(sum("Registration timed out" in ending for ending in self.endings), len(ways), self.endings)
        self.assertEqual(self.limit_hits("registration_timeout"), len(ways))

    def test_A17_registration_message_budget(self) -> None:
        """3000 NICKs before USER: closed at the 1024th line at the latest, and nobody lost a nick."""
        mal = self.visitor()
        mal.send_until_closed(b"".join(b"NICK n%d\r\n" % number for number in range(3000)))
        self.assertEqual(mal.read_to_end()[-1].command, "ERROR")
        self.assertEqual(self.limit_hits("registration_lines"), 1)
        self.assertEqual(self.canaries[0].ask("USERHOST canary2")[0].text.partition("=")[0], "canary2")

    @configured({"irc": {"flood_rate": 2.0, "flood_timeout": "1s", "registration_timeout": "3s"}})
    def test_A17_registration_message_budget_under_flood_control(self) -> None:
        """The same with flood control on: whichever limit comes first, the connection ends with ERROR."""
        mal = self.visitor()
        mal.send_until_closed(b"".join(b"NICK n%d\r\n" % number for number in range(3000)))
        self.assertEqual(mal.read_to_end()[-1].command, "ERROR")


class LabelTest(DaemonCase):
    """A18: labels in odd places."""

    def setUp(self) -> None:
        super().setUp()
        self.mal = self.user("mal", "#room", caps=LABEL_CAPS)

    def labelled(self, line: str, label: str) -> list:
        """The replies to `line` that carry `label`."""
        replies = self.mal.ask(f"@label={label} {line}")
        return [message for message in replies if message.tags.get("label") == label]

    def test_A18_labels_get_exactly_one_answer(self) -> None:
        """No reply: ACK. One: the label on it. Several: one batch. An unknown command: its numeric."""
        self.assertEqual([reply.command for reply in self.labelled("PONG x", "quiet")], ["ACK"])
        self.assertEqual([reply.command for reply in self.labelled("PING x", "ping")], ["PONG"])
        self.assertEqual([reply.command for reply in self.labelled("NOSUCH", "unknown")], ["421"])
        self.assertEqual([reply.command for reply in self.labelled("LUSERS", "many")], ["BATCH"])

    def test_A18_label_of_65_bytes(self) -> None:
        """A label over 64 bytes is not given back, or is refused; the connection is kept."""
        replies = self.mal.ask(f"@label={'q' * 65} LUSERS")
        self.assertEqual([reply for reply in replies if reply.tags.get("label")], [])

    def test_A18_empty_label(self) -> None:
        """An empty label does no harm."""
        self.assertTrue(of_command(self.mal.ask("@label= LUSERS", "@label LUSERS"), "251"))

    def test_A18_labelled_quit(self) -> None:
        """A labelled QUIT ends with ERROR."""
        self.mal.send("@label=q QUIT :x")
        self.assertTrue(of_command(self.mal.read_to_end(), "ERROR"))

    def test_A18_labelled_list_and_gone(self) -> None:
        """The socket is closed while a labelled LIST of many rooms is being answered."""
        self.canaries[0].send(*[f"JOIN #list{number}" for number in range(40)])
        self.canaries[0].barrier()
        for number in range(20):
            reader = self.user(f"reader{number}", caps=LABEL_CAPS)
            reader.send(*["@label=l LIST"] * 20)
            reader.close()
        self.canaries[1].barrier()

    def test_A18_labelled_message_to_oneself(self) -> None:
        """The echo carries the label, the delivery does not."""
        replies = of_command(self.mal.ask("@label=me PRIVMSG mal :hello"), "PRIVMSG", "mal", "hello")
        self.assertEqual(sorted(reply.tags.get("label", "") for reply in replies), ["", "me"])


if __name__ == "__main__":
    unittest.main()
