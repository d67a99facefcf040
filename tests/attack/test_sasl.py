"""Attack cases I02 and I03: SASL responses without end, and commands in the wrong order."""

import unittest

from harness.accounts import authenticate, make_account, plain
from harness.case import DaemonCase, configured
from harness.client import Client, of_command
from harness.machine import eventually, sanitizers
from harness.sasl import ask_for_sasl, begin, respond, scram

PASSWORD = "correct horse"
CHUNK = "AUTHENTICATE " + "A" * 400
MOST_CHUNKS = 10  # of 400 bytes in a response of 4096


class SaslCase(DaemonCase):
    """ana has an account."""

    config = {"irc": {"max_failed_logins": 3}}

    def setUp(self) -> None:
        super().setUp()
        make_account(self.daemon, "ana", PASSWORD)

    def newcomer(self) -> Client:
        """A connection that may say AUTHENTICATE."""
        return ask_for_sasl(self.visitor())

    def assert_can_log_in(self, client: Client) -> None:
        """Nothing is left of what was tried before: the right password is enough, and the account is ana's."""
        self.assertEqual(authenticate(client, "ana", PASSWORD).command, "903")
        client.send("NICK ana", "USER ana 0 * :A Tester", "CAP END")
        client.nick = client.expect("001").params[0]
        self.assertTrue(of_command(client.ask("WHOIS ana"), "330", "ana", "ana", "ana"))


class ChunkTest(SaslCase):
    """I02: a response comes in pieces of 400 bytes, and ends with a shorter one."""

    def test_I02_a_chunk_that_is_too_long(self) -> None:
        """401 bytes are 905, and what came before is forgotten"""
        client = self.newcomer()
        begin(client, "PLAIN")
        client.send(CHUNK, CHUNK + "A")
        client.expect("905")
        self.assert_can_log_in(client)

    @configured({"irc": {"registration_lines": 100}})
    def test_I02_a_response_without_an_end(self) -> None:
        """Chunks for ever: refused at the cap, then each by itself as no mechanism, and closed after registration_lines"""
        before = self.daemon.resident_bytes()
        client = self.newcomer()
        begin(client, "PLAIN")
        client.send_until_closed((CHUNK + "\r\n").encode() * 2000)
        said = client.read_to_end()
        self.assertEqual(said[-1].command, "ERROR")
        self.assertLessEqual(len(of_command(said, "904")), 100)
        if not sanitizers():
            self.assertLess(self.daemon.resident_bytes() - before, 8 * 1024 * 1024)
        self.assertEqual(self.limit_hits("registration_lines"), 1)

    def test_I02_a_response_without_an_end_once(self) -> None:
        """The cap ends the exchange (904, as most servers have it) and not the connection: the password still lets in"""
        client = self.newcomer()
        begin(client, "PLAIN")
        client.send(*[CHUNK] * (MOST_CHUNKS + 1))
        self.assertIn("too long", client.expect("904").text)
        self.assert_can_log_in(client)

    def test_I02_whole_chunks(self) -> None:
        """Exactly 400 bytes, or n times as many: the end is `+`; without it nothing is answered yet"""
        for chunks in (1, 2, 3):
            with self.subTest(chunks):
                response = plain("ana", "x" * (chunks * 300 - len("\0ana\0")))
                self.assertEqual(len(response), chunks * 400)
                client = self.newcomer()
                begin(client, "PLAIN")
                client.send(*[f"AUTHENTICATE {response[at : at + 400]}" for at in range(0, len(response), 400)])
                self.assertEqual(of_command(client.barrier(), "904"), [])
                client.send("AUTHENTICATE +")
                client.expect("904")
                self.assert_can_log_in(client)

    def test_I02_a_response_that_is_never_finished(self) -> None:
        """A chunk of 400 and then the end of the registration: nobody is logged in, and nobody else is either"""
        client = self.newcomer()
        begin(client, "PLAIN")
        client.send(CHUNK, "NICK mal", "USER mal 0 * :A Tester", "CAP END")
        client.nick = client.expect("001").params[0]
        client.barrier()
        self.assertEqual(of_command(client.history, "903"), [])
        self.assertEqual(of_command(client.ask("WHOIS mal"), "330"), [])


class StateTest(SaslCase):
    """I03: AUTHENTICATE at the wrong time, or of the wrong kind."""

    def test_I03_before_the_capability(self) -> None:
        """AUTHENTICATE before CAP REQ is 904, and it works after it"""
        client = self.visitor()
        self.assertEqual(begin(client, "PLAIN").command, "904")
        self.assert_can_log_in(ask_for_sasl(client))

    def test_I03_what_is_no_base64(self) -> None:
        """904, and a retry works"""
        for response in ("!!!", "AAA", "====", "AA=A", "\u00e4\u00e4"):
            with self.subTest(ascii(response)):
                client = self.newcomer()
                begin(client, "PLAIN")
                client.send(f"AUTHENTICATE {response}")
                client.expect("904")
                self.assert_can_log_in(client)
                client.send("QUIT")
                client.read_to_end()

    def test_I03_aborted(self) -> None:
        """`*` is 906, in every state"""
        client = self.newcomer()
        begin(client, "SCRAM-SHA-256")
        client.send("AUTHENTICATE *")
        client.expect("906")
        begin(client, "PLAIN")
        client.send(CHUNK, "AUTHENTICATE *")
        client.expect("906")
        self.assert_can_log_in(client)

    def test_I03_another_mechanism_in_the_middle(self) -> None:
        """It is taken for the response, which it is not: 904. An unknown one is 908"""
        client = self.newcomer()
        begin(client, "SCRAM-SHA-256")
        client.send("AUTHENTICATE PLAIN")
        client.expect("904")
        self.assertEqual(begin(client, "GSSAPI").command, "908")
        self.assert_can_log_in(client)

    def test_I03_after_success(self) -> None:
        """907, before and after the registration; the account stays"""
        client = self.newcomer()
        self.assertEqual(authenticate(client, "ana", PASSWORD).command, "903")
        self.assertEqual(begin(client, "PLAIN").command, "907")
        client.send("NICK ana", "USER ana 0 * :A Tester", "CAP END")
        client.nick = client.expect("001").params[0]
        self.assertEqual(begin(client, "SCRAM-SHA-256").command, "907")
        self.assertTrue(of_command(client.ask("WHOIS ana"), "330", "ana", "ana", "ana"))

    def test_I03_registration_during_the_exchange(self) -> None:
        """NICK and USER go on; CAP END ends the exchange, and a late response to it logs nobody in"""
        client = self.newcomer()
        begin(client, "PLAIN")
        client.send("NICK mal", "USER mal 0 * :A Tester", "CAP END", f"AUTHENTICATE {plain('ana', PASSWORD)}")
        client.nick = client.expect("001").params[0]
        client.barrier()
        self.assertEqual(of_command(client.history, "903"), [])
        self.assertEqual(of_command(client.ask("WHOIS mal"), "330"), [])

    def test_I03_capability_taken_back_during_the_exchange(self) -> None:
        """CAP REQ -sasl ends it: the response has nothing to answer"""
        client = self.newcomer()
        begin(client, "PLAIN")
        client.send("CAP REQ -sasl", f"AUTHENTICATE {plain('ana', PASSWORD)}")
        client.expect("CAP", None, "ACK")
        client.expect("904")
        self.assert_can_log_in(ask_for_sasl(client))

    def test_I03_gone_during_the_check(self) -> None:
        """Who leaves while the password is looked at takes nobody along"""
        for _ in range(20):
            client = self.newcomer()
            begin(client, "PLAIN")
            client.send(f"AUTHENTICATE {plain('ana', PASSWORD)}")
            client.abort()
        eventually(self.is_let_in, "ana is let in")

    def is_let_in(self) -> bool:
        """Not while all who check passwords are busy with those who left."""
        return authenticate(self.newcomer(), "ana", PASSWORD).command == "903"

    @configured({"http": {"login_burst": 100}})
    def test_I03_retry(self) -> None:
        """Wrong twice, then right; wrong three times is the end of the connection"""
        client = self.newcomer()
        for login in (scram, authenticate):
            self.assertEqual(login(client, "ana", "guess").command, "904")
        self.assert_can_log_in(client)
        client = self.newcomer()
        for _ in range(2):
            self.assertEqual(authenticate(client, "ana", "guess").command, "904")
        begin(client, "PLAIN")
        respond(client, b"\0ana\0guess")
        self.assertEqual(client.read_to_end()[-1].command, "ERROR")

if __name__ == "__main__":
    unittest.main()
