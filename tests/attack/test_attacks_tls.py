"""Attack cases I01, I05, I09, I10 and N11: passwords and guessing them, TLS versions, stalled handshakes, and changing
the certificate."""

import contextlib
import shutil
import signal
import ssl
import subprocess
import unittest
import warnings

from harness.accounts import authenticate, log_in, make_account
from harness.case import DaemonCase, configured
from harness.certificates import client_context, client_hello, make_certificate
from harness.client import Client, Ended, of_command
from harness.daemon import password_hash
from harness.machine import eventually, patience, reply_timeout

ALLOWED = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
WEAK = "@SECLEVEL=0"
SERVER_PASSWORD = "let-me-in"


class TlsCase(DaemonCase):
    """A daemon with a plain and a TLS listener; `certificate` is the one it starts with."""

    def prepare(self) -> dict:
        self.certificate = make_certificate(self.directory)
        return {"irc.tls": {**self.certificate.config(), "handshake_timeout": "2s"}}

    def tls_user(self, nick: str) -> Client:
        return self.visitor("irc-tls", tls=client_context()).register(nick)

    def certificate_now(self) -> bytes:
        """What a new connection is shown."""
        client = self.visitor("irc-tls", tls=client_context())
        shown = client.socket.getpeercert(binary_form=True)
        client.close()
        return shown

    def closes(self, client: Client, timeout: float) -> bool:
        """Whether the server closes; what it says before does not matter."""
        client.socket.settimeout(timeout)
        try:
            while client.socket.recv(4096):
                pass
        except ConnectionError:
            pass
        except TimeoutError:
            return False
        return True


class TlsProtocolTest(TlsCase):
    """I09: which protocols are spoken."""

    def test_I09_current_versions_work(self) -> None:
        """TLS 1.2 and 1.3 clients can talk to a plain one, and WHOIS says that they are secure."""
        for version in ALLOWED:
            with self.subTest(version.name):
                client = self.visitor("irc-tls", tls=client_context(version, version)).register(version.name)
                client.send("PRIVMSG canary1 :over TLS")
                self.canaries[0].expect("PRIVMSG", "canary1", "over TLS")
                self.assertTrue(of_command(self.canaries[0].ask(f"WHOIS {client.nick}"), "671"))

    def test_I09_old_versions_are_refused(self) -> None:
        """TLS 1.0 and 1.1 are refused by the server, not by this client's own caution."""
        warnings.simplefilter("ignore", DeprecationWarning)
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            with self.subTest(version.name):
                self.assert_refused(client_context(version, version, ciphers=f"ALL:{WEAK}"))

    def test_I09_weak_ciphers_are_refused(self) -> None:
        """Ciphers without encryption or without authentication are refused."""
        for ciphers in ("eNULL", "aNULL"):
            with self.subTest(ciphers):
                self.assert_refused(client_context(highest=ssl.TLSVersion.TLSv1_2, ciphers=f"{ciphers}:{WEAK}"))

    def assert_refused(self, context: ssl.SSLContext) -> None:
        """The handshake fails after a ClientHello was really sent."""
        outgoing = ssl.MemoryBIO()
        probe = context.wrap_bio(ssl.MemoryBIO(), outgoing)
        with self.assertRaises(ssl.SSLWantReadError):
            probe.do_handshake()
        self.assertGreater(outgoing.pending, 0)
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            self.visitor("irc-tls", tls=context)

    def test_I09_sslv2_hello_is_refused(self) -> None:
        """An SSLv2 hello is answered by closing."""
        client = self.visitor("irc-tls")
        client.send_raw(b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10" + b"\x01\x00\x80" * 7 + b"c" * 16)
        self.assertTrue(self.closes(client, 5 * patience()))

    def test_I09_renegotiation_is_refused(self) -> None:
        """A TLS 1.2 client that asks for a new handshake does not get one."""
        host, port = self.daemon.address("irc-tls")
        command = ["openssl", "s_client", "-tls1_2", "-connect", f"{host}:{port}"]
        for _ in range(3):
            result = subprocess.run(command, input=b"R\n", capture_output=True, timeout=reply_timeout())
            self.assertIn(b"no renegotiation", result.stderr + result.stdout)


class HandshakeTest(TlsCase):
    """I10: handshakes that stall."""

    STALLED = 50

    def test_I10_stalled_handshakes(self) -> None:
        """Fifty handshakes that stop after five bytes are closed at the deadline; others shake hands meanwhile."""
        stalled = [self.visitor("irc-tls") for _ in range(self.STALLED)]
        for client in stalled:
            client.send_raw(client_hello()[:5])
        self.tls_user("quick").barrier()
        for client in stalled:
            self.assertTrue(self.closes(client, 2 + 5 * patience()))

    def test_I10_silent_connection_to_the_tls_port(self) -> None:
        """A connection that sends nothing at all is closed at the same deadline."""
        self.assertTrue(self.closes(self.visitor("irc-tls"), 2 + 5 * patience()))

    def test_I10_garbage_instead_of_a_handshake(self) -> None:
        """16 KiB that only look like handshake records close the connection."""
        client = self.visitor("irc-tls")
        client.send_until_closed(b"\x16" * 16384)
        self.assertTrue(self.closes(client, 5 * patience()))

    def test_I10_client_hello_in_single_bytes(self) -> None:
        """A ClientHello that comes byte by byte is a ClientHello."""
        client = self.visitor("irc-tls")
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = client_context().wrap_bio(incoming, outgoing)
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                for byte in outgoing.read():
                    client.send_raw(bytes([byte]))
                incoming.write(client.socket.recv(65536))
        self.assertEqual(tls.getpeercert(binary_form=True), self.certificate.der())

    def test_I10_odd_server_names(self) -> None:
        """Long, unknown and missing server names get the one certificate there is."""
        for name in (".".join(["a" * 60] * 4), "nowhere.test", None):
            with self.subTest(name):
                client = self.visitor("irc-tls")
                tls = client_context().wrap_socket(client.socket, server_hostname=name)
                self.addCleanup(tls.close)
                self.assertEqual(tls.getpeercert(binary_form=True), self.certificate.der())
                tls.close()


class CertificateChangeTest(TlsCase):
    """N11: SIGHUP after the files were exchanged."""

    expected_error = (b"cannot load the certificate", b"configuration not reloaded")

    def setUp(self) -> None:
        super().setUp()
        self.other = make_certificate(self.directory, "new.lab.test")
        self.old_user = self.tls_user("old-user")

    def put(self, certificate=None, private_key=None) -> None:
        """Replaces the files that the configuration names."""
        if certificate:
            shutil.copyfile(certificate, self.certificate.certificate)
        if private_key:
            shutil.copyfile(private_key, self.certificate.private_key)

    def test_N11_certificate_rotation(self) -> None:
        """New connections are shown the new certificate; old sessions stay, and talk to new ones."""
        self.put(self.other.certificate, self.other.private_key)
        self.daemon.signal(signal.SIGHUP)
        eventually(lambda: self.certificate_now() == self.other.der(), "the new certificate is shown")
        self.assert_still_served(self.old_user)
        self.tls_user("new-user").send("PRIVMSG old-user :welcome")
        self.old_user.expect("PRIVMSG", "old-user", "welcome")

    def check_refused(self, *words: str) -> None:
        """A reload changes nothing, says why, and works again when the files are right."""
        before = self.daemon.log.mark()
        self.daemon.signal(signal.SIGHUP)
        for word in words:
            self.daemon.log.wait_for(word, before)
        self.assertEqual(self.certificate_now(), self.old_der)
        self.assert_still_served(self.old_user)
        self.assertTrue(self.daemon.is_running())

    def prepare(self) -> dict:
        config = super().prepare()
        self.old_der = self.certificate.der()
        return config

    def test_N11_mismatched_pair_is_refused(self) -> None:
        """A certificate whose key is another one's: the old pair stays."""
        self.put(certificate=self.other.certificate)
        self.check_refused(self.certificate.certificate.stem)  # either file may be named
        self.put(private_key=self.other.private_key)
        self.daemon.signal(signal.SIGHUP)
        eventually(lambda: self.certificate_now() == self.other.der(), "the completed pair is shown")

    def test_N11_truncated_certificate_is_refused(self) -> None:
        """Half a file: the old pair stays."""
        text = self.other.certificate.read_bytes()
        self.certificate.certificate.write_bytes(text[: len(text) // 2])
        self.check_refused(self.certificate.certificate.name)

    def test_N11_missing_certificate_is_refused(self) -> None:
        """No file: the old pair stays."""
        self.certificate.certificate.unlink()
        self.check_refused(self.certificate.certificate.name)

    def test_N11_key_readable_by_others_is_refused(self) -> None:
        """A new key that others may read is not used."""
        self.put(self.other.certificate, self.other.private_key)
        self.certificate.private_key.chmod(0o644)
        self.check_refused(self.certificate.private_key.name)

    def test_N11_fifty_reloads_under_handshakes(self) -> None:
        """Fifty changes with handshakes in between: every handshake shows one of the two pairs."""
        pairs = [(path.read_bytes(), key.read_bytes()) for path, key in (self.certificate, self.other)]
        valid = {self.old_der, self.other.der()}
        for number in range(50):
            self.certificate.certificate.write_bytes(pairs[number % 2][0])
            self.certificate.private_key.write_bytes(pairs[number % 2][1])
            self.daemon.signal(signal.SIGHUP)
            self.assertIn(self.certificate_now(), valid)
        self.assert_still_served(self.old_user)


class CertificateCredentialTest(TlsCase):
    """N11: the certificate and its key are credentials of systemd."""

    expected_error = CertificateChangeTest.expected_error

    def prepare(self) -> dict:
        config = super().prepare()
        for key in ("certificate", "private_key"):
            file = getattr(self.certificate, key)
            file.chmod(0o440)  # as systemd makes them: an access list lets the service read
            config["irc.tls"][key] = f"$CREDENTIALS_DIRECTORY/{file.name}"
        self.environment = {"CREDENTIALS_DIRECTORY": str(self.directory)}
        return config

    def test_N11_credentials(self) -> None:
        """They are used; a key that others may read is not, and the pair of before stays."""
        user = self.tls_user("user")
        self.assertEqual(self.certificate_now(), self.certificate.der())
        self.certificate.private_key.chmod(0o444)
        before = self.daemon.log.mark()
        self.daemon.signal(signal.SIGHUP)
        self.daemon.log.wait_for("others may read it", before)
        self.assertEqual(self.certificate_now(), self.certificate.der())
        self.assert_still_served(user)


class ServerPasswordTest(DaemonCase):
    """I01, in part: what is done about passwords on this server."""

    has_canaries = False

    def prepare(self) -> dict:
        return {"irc": {"password_hash": password_hash(SERVER_PASSWORD)}}

    def test_I01_server_password(self) -> None:
        """The right password lets in; a wrong one, an empty one or none is 464 and the end; guests are served on."""
        guest = self.visitor().register("guest", password=SERVER_PASSWORD)
        for number, greeting in enumerate((["PASS wrong"], ["PASS :"], ["PASS " + "x" * 400], [])):
            with self.subTest(greeting):
                replies = self.refused(f"stranger{number}", *greeting).read_to_end()
                self.assertEqual(of_command(replies, "001"), [])
                self.assertTrue(of_command(replies, "464"))
                self.assertEqual(replies[-1].command, "ERROR")
                self.assert_still_served(guest)

    def refused(self, nick: str, *greeting: str) -> Client:
        """A connection that says the greeting, and then who it is."""
        stranger = self.visitor()
        stranger.send(*greeting, f"NICK {nick}", "USER s 0 * :s")
        return stranger

    def test_I01_a_refused_connection_frees_its_nick(self) -> None:
        """Who was refused does not keep the nick from others, though its side of the connection is still open."""
        self.refused("wanted", "PASS wrong").read_to_end()
        self.visitor().register("wanted", password=SERVER_PASSWORD)

    def test_I01_the_last_password_counts(self) -> None:
        """PASS may be said again before registering; after it, it is 462."""
        client = self.visitor()
        client.send("PASS wrong")
        client.register("guest", password=SERVER_PASSWORD)
        self.assertTrue(of_command(client.ask("PASS x"), "462"))

    def test_I01_sasl_does_not_replace_it(self) -> None:
        """Who is logged in to an account needs the server's password all the same."""
        client = self.visitor()
        client.send("CAP REQ :sasl")
        self.assertEqual(authenticate(client, "ana", "a secret").command, "903")
        client.send("NICK ana", "USER x 0 * :x", "CAP END")
        self.assertTrue(of_command(client.read_to_end(), "464"))


class WrongOperatorPasswordTest(DaemonCase):
    """I01, in part: OPER."""

    def test_I01_oper_with_a_wrong_password(self) -> None:
        """A wrong name and a wrong password are told in the same way, and give no rights."""
        mal = self.user("mal")
        answers = set()
        for line in ("OPER overseer wrong", "OPER nobody wrong", "OPER overseer :"):
            mal.send(line)
            answers.add(mal.expect_any(("381", "461", "464", "491")).command)
        self.assertNotIn("381", answers)
        self.assertLessEqual(answers, {"461", "464", "491"})
        self.assertTrue(of_command(mal.ask("KILL canary1 :x"), "481") or of_command(mal.ask("KILL canary1 :x"), "723"))

    @configured({"irc": {"flood_rate": 2.0}})
    def test_I01_guessing_operator_passwords(self) -> None:
        """Many guesses in one write do not hold up other clients, whatever hashing costs."""
        mal = self.user("mal")
        mal.send(*[f"OPER overseer guess{number}" for number in range(100)])
        self.assertLess(self.worst_canary_delay(8), 1.0 * patience())


class BruteForceTest(DaemonCase):
    """I05: guessing the password of an account, by SASL."""

    config = {"http": {"login_burst": 10, "login_rate": 0.01}}
    GUESSER = "127.0.0.7"
    LOOKED_AT = 10

    @configured({"irc": {"unlimited_addresses": ["127.0.0.1", GUESSER]}})
    def test_I05_brute_force(self) -> None:
        """Twenty guesses on a connection end it after five; of three each on forty connections only so many are looked
        at; each other is counted and told to wait; ana gets in from elsewhere, and the guesser not even with the right
        one."""
        make_account(self.daemon, "ana", "correct horse")
        self.assertEqual(self.guess(20), ["wrong"] * 5)
        answers = [answer for _ in range(40) for answer in self.guess(3)]
        self.assertEqual(answers.count("wrong") + 5, self.LOOKED_AT)
        self.assertEqual(len(answers), 120)
        late = self.stranger()
        self.assertIn("try again", authenticate(late, "ana", "correct horse").text)
        hits = self.counters()['patchcord_account_limit_hits_total{limit="failed_logins"}']
        self.assertEqual(hits, answers.count("wait") + 1)
        log_in(self.visitor(source="127.0.0.8"), "ana", "correct horse")

    def stranger(self) -> Client:
        client = self.visitor(source=self.GUESSER)
        client.send("CAP REQ :sasl")
        client.expect("CAP", None, "ACK")
        return client

    def guess(self, times: int) -> list[str]:
        """What is said to wrong passwords on one connection, until it ends."""
        client = self.stranger()
        answers = []
        with contextlib.suppress(Ended):
            for _ in range(times):
                answer = authenticate(client, "ana", "guess")
                self.assertEqual(answer.command, "904")
                answers.append("wait" if "try again" in answer.text else "wrong")
        client.close()
        return answers


if __name__ == "__main__":
    unittest.main()
