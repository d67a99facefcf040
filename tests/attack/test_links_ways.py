"""The way to a service: redirections, certificates and names that do not work."""

import re
import signal
import socket
import unittest

from harness.certificates import make_certificate, make_server_certificate, server_context
from harness.far_faults import FarFaultCase
from harness.fault_proxy import ProxiedService
from harness.links import CONTACTS
from harness.machine import eventually, pass_time
from harness.scripted_service import ScriptedService

CANNOT = "cannot be reached"


class RedirectionTest(FarFaultCase):
    """XFR NS: the service sends on to another of its servers."""

    def tries(self) -> int:
        return len(self.service.ns)

    def test_one_is_followed(self) -> None:
        """... and what follows is as if nothing had been"""
        other = ScriptedService()
        self.addCleanup(other.close)
        self.service.answers["USR I"] = f"XFR {{0}} NS {other.address('ns')} 0 {self.service.address('ns')}\r\n"
        other.answers["XFR"] = lambda peer, words: f"XFR {{0}} SB {other.address('sb')} CKI key\r\n"
        ana = self.linked("ana")
        self.sees(ana, "Bob")
        self.assertEqual((len(self.service.ns), len(other.ns)), (1, 1))
        ana.send("PRIVMSG Bob :hello")
        eventually(lambda: other.messages == ["hello"], "it arrives")

    def test_G01_round_and_round(self) -> None:
        """To itself again and again: six hops, then a pause, and people are told"""
        self.service.answers["USR I"] = lambda peer, words: f"XFR {{0}} NS {self.service.address('ns')} 0\r\n"
        ana = self.linked("ana", signed_in=False)
        self.assertIn("in circles", self.expect_told(ana, CANNOT).text)
        tries = self.tries()
        self.assertIn(tries, range(6, 8))
        pass_time(3.0)
        self.assertLess(self.tries() - tries, 6 * 31)
        self.assertEqual(len(self.notices(ana)), 1)

    def test_G01_places_that_are_none(self) -> None:
        """Another class of address, port 0, rubbish: not gone to, and told"""
        for place, why in (
            ("10.0.0.1:1863", "may not be connected to"),
            ("169.254.169.254:80", "may not be connected to"),
            ("[fe80::1]:1863", "may not be connected to"),
            ("0.0.0.0:1863", "may not be connected to"),
            ("127.0.0.1:0", "makes no sense"),
            ("127.0.0.1:99999", "makes no sense"),
            ("%0D%0A:1", "no host has this name"),
            ("", "makes no sense"),
        ):
            with self.subTest(place):
                self.service.answers["USR I"] = f"XFR {{0}} NS {place} 0\r\n"
                ana = self.linked("ana", signed_in=False)
                self.assertIn(why, self.expect_told(ana, CANNOT).text)
                ana.send("QUIT")
                ana.read_to_end()


class TicketTest(FarFaultCase):
    """Where tickets come from."""

    def make_service(self) -> ScriptedService:
        self.certificate = make_server_certificate(self.directory, "login.lab.test")
        return ScriptedService(self.contacts, tls=server_context(self.certificate))

    def login_url(self) -> str:
        return f"https://{self.service.address('http')}/login"

    def test_G09_certificate_of_somebody_else(self) -> None:
        """A certificate that nobody vouches for: the password stays here, and people are told why"""
        ana = self.linked("ana", signed_in=False)
        self.assertIn("certificate", self.expect_told(ana, CANNOT).text)
        pass_time(1.0)
        self.assertEqual(self.service.logins, 0)
        self.assertEqual(len(self.notices(ana)), 1)


class CertificateTest(FarFaultCase):
    """G09: the host of tickets, `localhost`, shows a certificate that is no good. The password never leaves."""

    HOST = "localhost"
    PASSED = re.compile(rb"\x16\x03")  # how TLS begins

    def make_service(self) -> ProxiedService:
        method = getattr(self, self._testMethodName)
        self.shown = make_server_certificate(self.directory, *getattr(method, "shown", (self.HOST, 2)))
        trusted = make_certificate(self.directory, self.HOST) if getattr(method, "stranger", False) else self.shown
        self.service_keys = {"ca_file": str(trusted.certificate)}
        return ProxiedService(self.contacts, tls=server_context(self.shown))

    def login_url(self) -> str:
        return f"https://{self.HOST}:{self.service.ways['http'].address[1]}/login"

    def assert_password_stays(self, why: str) -> None:
        """Told once, and why, while it is tried again and again; all that was said to the host was TLS."""
        ana = self.linked("ana", signed_in=False)
        told = self.expect_told(ana, CANNOT).text
        self.assertIn("certificate", told)
        self.assertIn(why, told)
        way = self.service.ways["http"]
        eventually(lambda: len(way.first_words) > 2, "it is tried again")
        self.assertEqual(self.service.logins, 0)
        self.assertEqual([word for word in way.first_words if not self.PASSED.match(word)], [])
        self.assertEqual(len(self.notices(ana)), 1)

    def test_G09_good_certificate(self) -> None:
        """... and with a good one it works"""
        self.ana()
        self.assertEqual(self.service.logins, 1)

    def test_G09_expired(self) -> None:
        """Out of date"""
        self.assert_password_stays("expired")

    test_G09_expired.shown = (HOST, -1)

    def test_G09_of_another_host(self) -> None:
        """Good, but not for this host"""
        self.assert_password_stays("another name")

    test_G09_of_another_host.shown = ("login.lab.test", 2)

    def test_G09_of_a_stranger(self) -> None:
        """The name is right, and anybody could have made it"""
        self.assert_password_stays("signed by itself")

    test_G09_of_a_stranger.stranger = True

    def test_G09_other_authority_after_reload(self) -> None:
        """What is trusted has changed: the certificate of before is not taken any more"""
        ana = self.ana()
        other = make_certificate(self.directory, self.HOST)
        [table] = self.daemon.config["msn_service"]
        self.daemon.rewrite({"msn_service": [{**table, "ca_file": str(other.certificate)}]})
        self.daemon.signal(signal.SIGHUP)
        self.daemon.log.wait_for("configuration reloaded")
        self.assertIn("certificate", self.expect_told(ana, CANNOT).text)
        self.assertEqual(self.service.logins, 1)

    def test_G09_other_authority_in_the_same_file(self) -> None:
        """The same, the file being called what it was"""
        ana = self.ana()
        other = make_certificate(self.directory, "other.lab.test")
        self.shown.certificate.write_bytes(other.certificate.read_bytes())
        self.daemon.signal(signal.SIGHUP)
        self.daemon.log.wait_for("configuration reloaded")
        self.service.ways["ns"].cut()
        self.expect_links(ana, "certificate")
        self.assertEqual(self.service.logins, 1)


class NoSuchHostTest(FarFaultCase):
    """M05: a name that means nothing."""

    def login_url(self) -> str:
        return "https://no-such-host.invalid/login"

    def test_M05_unknown_host_of_tickets(self) -> None:
        """Told once, tried again, and nobody else waits for it"""
        ana = self.linked("ana", signed_in=False)
        self.expect_told(ana, CANNOT)
        self.assertLess(self.worst_canary_delay(), 0.25)
        self.assertEqual(len(self.notices(ana)), 1)


class NoSuchServerTest(FarFaultCase):
    """M05: a service whose very server has no address."""

    service_keys = {"server": "no-such-host.invalid:1863"}

    def test_M05_unknown_host(self) -> None:
        """The gateway starts; told once, tried again"""
        ana = self.linked("ana", signed_in=False)
        self.expect_told(ana, CANNOT)
        pass_time(1.0)
        self.assertEqual(len(self.notices(ana)), 1)
        self.assertEqual(self.service.ns, [])


class ReloadTest(FarFaultCase):
    """SIGHUP with other services or links in the configuration."""

    def reload(self, config: dict) -> None:
        self.daemon.rewrite(config)
        self.daemon.signal(signal.SIGHUP)
        self.daemon.log.wait_for("configuration reloaded")

    def test_another_way_to_the_service(self) -> None:
        """Whoever is here signs in anew, once; and once at their next login, too"""
        ana = self.ana()
        [table] = self.daemon.config["msn_service"]
        self.reload({"msn_service": [{**table, "ping_interval": "2s"}]})
        self.expect_told(ana, "Signed in to far")
        self.sees(ana, "Bob")
        self.assertEqual(len(self.service.ns), 2)
        ana.send("QUIT")
        ana.read_to_end()
        self.ana()
        pass_time(0.5)
        self.assertEqual(len(self.service.ns), 3)

    def test_a_link_with_another_password(self) -> None:
        """... signs in anew with that; a link that is the same stays as it is"""
        ana = self.ana()
        [link] = self.daemon.config["link"]
        other = self.directory / "other-password"
        other.write_text("another\n", encoding="utf-8")
        other.chmod(0o600)
        self.reload({"link": [link]})
        pass_time(0.5)
        self.assertEqual(len(self.service.ns), 1)
        self.reload({"link": [{**link, "password_file": str(other)}]})
        self.expect_told(ana, "Signed in to far")
        self.assertEqual(len(self.service.ns), 2)

    def test_a_link_that_is_gone(self) -> None:
        """... signs out, and its contacts go"""
        ana = self.ana()
        self.reload({"link": []})
        eventually(lambda: self.names(ana, CONTACTS) == ["ana"], "nobody is there any more", every=0.1)
        self.assertEqual(self.tell(ana, "connect"), 'You have no account on an MSN service; "link" adds one')


class NickTest(FarFaultCase):
    """What people on a service are called here."""

    def test_their_nick_is_kept_from_nobody(self) -> None:
        """Anybody there may call themselves anything: while they are away, whoever is here may be called so"""
        ana = self.ana()
        self.service.ns[-1].say("FLN bob@example.com\r\n")
        ana.expect("PART", CONTACTS)
        self.user("Bob")
        self.service.ns[-1].say("NLN NLN bob@example.com Bob 0\r\n")
        self.assertNotEqual(ana.expect("JOIN", CONTACTS).nick, "Bob")


class DeafServerTest(FarFaultCase):
    """A server that lets nobody in, and nobody down."""

    def prepare(self) -> dict:
        deaf = socket.create_server(("127.0.0.1", 0), backlog=0)
        self.addCleanup(deaf.close)
        for _ in range(3):  # more than the queue takes
            waiting = socket.socket()
            self.addCleanup(waiting.close)
            waiting.setblocking(False)
            waiting.connect_ex(deaf.getsockname())
        config = super().prepare()
        config["msn_service"][0]["server"] = "127.0.0.1:%d" % deaf.getsockname()[1]
        return config

    def test_stop_while_connecting(self) -> None:
        """Whoever is still connecting holds up nobody's goodbye, and outlives nothing that it needs: the clean end that
        every test is checked for comes while it does"""
        ana = self.linked("ana", signed_in=False)
        pass_time(0.5)
        self.assertEqual(self.notices(ana), [])


if __name__ == "__main__":
    unittest.main()
