"""Every limit of the configuration: its key, what the client that reaches it is told, and its counter in STATS z."""

import time
import unittest

from harness.case import DaemonCase, configured
from harness.certificates import make_certificate
from harness.client import Client, of_command
from harness.limits import untested_limits
from harness.machine import pass_time, patience

CAPS = ("message-tags", "standard-replies", "setname")
STRANGER = "127.0.0.2"  # an address that has no exemption


class ConnectionLimitTest(DaemonCase):
    """How many connections there may be, and from where. Every connection counts, so there are no canaries."""

    has_canaries = False

    def assert_refused(self, client: Client, *words: str) -> None:
        """The client gets one ERROR and is closed."""
        replies = client.read_to_end()
        self.assertEqual([reply.command for reply in replies], ["ERROR"])
        for word in words:
            self.assertIn(word, replies[0].text)

    def leave(self, client: Client) -> None:
        """The client goes, and the server has noticed it: its place is free."""
        client.send("QUIT")
        client.read_to_end()
        client.close()
        self.operator().barrier()
        self.operator().barrier()

    @configured({"irc": {"max_clients": 3}})
    def test_max_clients(self) -> None:
        """One connection more than max_clients gets ERROR; when one has left there is room again."""
        self.operator()
        leaver = self.user("leaver")
        stayer = self.user("stayer")
        self.assert_refused(self.visitor())
        self.assertEqual(self.limit_hits("clients"), 1)
        self.leave(leaver)
        self.assert_still_served(self.user("successor"))
        self.assert_still_served(stayer)

    @configured({"irc": {"max_clients_per_address": 2}})
    def test_max_clients_per_address(self) -> None:
        """The third at a time from one address gets ERROR, others and exempt ones do not; a place is given back."""
        leaver = self.user("one", source=STRANGER)
        self.user("two", source=STRANGER)
        self.assert_refused(self.visitor(source=STRANGER), "Too many connections from your address")
        self.user("other", source="127.0.0.3")
        for number in range(4):
            self.user(f"exempt{number}")
        self.assertEqual(self.limit_hits("clients_per_address"), 1)
        self.leave(leaver)
        self.user("three", source=STRANGER)

    @configured({"irc": {"max_connects_per_address": 3, "connect_window": "2s"}})
    def test_max_connects_per_address(self) -> None:
        """The fourth new connection within connect_window gets ERROR; after the window one is taken again."""
        for number in range(3):
            self.user(f"quick{number}", source=STRANGER).close()
        self.assert_refused(self.visitor(source=STRANGER), "Too many connections from your address")
        self.assertEqual(self.limit_hits("connects_per_address"), 1)
        pass_time(2.5)
        self.user("later", source=STRANGER)

    @configured({"irc": {"max_clients_per_address": 1, "unlimited_addresses": [STRANGER]}})
    def test_unlimited_addresses(self) -> None:
        """The list of exempt addresses is the configured one: 127.0.0.1 is not exempt when it is not in it."""
        self.user("one", source=STRANGER)
        self.user("two", source=STRANGER)
        self.operator()
        self.assert_refused(self.visitor(), "Too many connections from your address")

    @configured({"irc": {"max_clients_per_address": 0, "max_connects_per_address": 0, "max_clients": 0}})
    def test_zero_means_no_limit(self) -> None:
        """0 turns these limits off."""
        for number in range(40):
            self.user(f"user{number}", source=STRANGER)
        self.assertEqual(self.limit_hits("clients_per_address"), 0)

    def test_I15_connections_per_address(self) -> None:
        """Attack case I15 with the defaults: 16 at a time and 32 in ten minutes; places return; 127.0.0.1 is exempt."""
        inside = [self.user(f"user{number}", source=STRANGER) for number in range(16)]
        for _ in range(4):
            self.assert_refused(self.visitor(source=STRANGER), "Too many connections from your address")
        for client in inside[:5]:
            self.leave(client)
        for number in range(5):
            self.user(f"again{number}", source=STRANGER)
        self.assert_refused(self.visitor(source=STRANGER))
        refusals, churn = 0, 40
        for client in inside[5:]:
            self.leave(client)
        for _ in range(churn):
            visitor = self.visitor(source=STRANGER)
            visitor.send_until_closed(b"QUIT\r\n")
            refusals += "Too many connections" in visitor.read_to_end()[-1].text
            visitor.close()
        self.assertGreaterEqual(refusals, churn - (32 - 21))
        self.assertGreater(self.limit_hits("connects_per_address"), 0)
        for number in range(20):
            self.user(f"exempt{number}")

    @configured({"irc": {"registration_lines": 10}})
    def test_registration_lines(self) -> None:
        """The eleventh line before registration is ERROR and the end."""
        stranger = self.visitor()
        stranger.ask(*["PING x"] * 8)
        stranger.send_until_closed(b"PING x\r\n" * 5)
        self.assertEqual(stranger.read_to_end()[-1].command, "ERROR")
        self.assertEqual(self.limit_hits("registration_lines"), 1)
        self.user("normal")

    @configured({"irc": {"registration_timeout": "1s"}})
    def test_registration_timeout(self) -> None:
        """A connection that does not register is closed when the time is up; one that has registered stays."""
        user = self.user("user")
        stranger = self.visitor()
        self.assertIn("Registration timed out", of_command(stranger.read_to_end(), "ERROR")[0].text)
        self.assertEqual(self.limit_hits("registration_timeout"), 1)
        self.assert_still_served(user)

    @configured({"irc": {"ping_interval": "1s", "ping_timeout": "1s"}})
    def test_ping_interval_and_timeout(self) -> None:
        """A silent client gets PING; if it answers it stays, if not it is closed and others see "Ping timeout"."""
        watcher = self.user("watcher", "#room")
        silent = self.user("silent", "#room")
        silent.answers_pings = False
        started = time.monotonic()
        silent.expect("PING")
        self.assertRegex(watcher.expect("QUIT").text, r"Ping timeout: \d+ seconds")
        self.assertGreater(time.monotonic() - started, 1.5)
        self.assertTrue(of_command(silent.read_to_end(), "ERROR"))
        self.assertEqual(self.limit_hits("ping_timeout"), 1)
        self.assert_still_served(watcher)


class QueueLimitTest(DaemonCase):
    """What may wait: input, output, and commands."""

    @configured({"irc": {"readq": "9216 B"}})
    def test_readq(self) -> None:
        """An unfinished line longer than readq: ERROR "ReadQ exceeded" and the end."""
        mal = self.user("mal")
        mal.send_until_closed(b"x" * 9300)
        self.assertIn("ReadQ exceeded", of_command(mal.read_to_end(), "ERROR")[0].text)
        self.assertEqual(self.limit_hits("readq"), 1)

    @configured({"irc": {"sendq": "32 KiB"}})
    def test_sendq(self) -> None:
        """A client that does not read: closed when sendq is full, and others see QUIT "SendQ exceeded"."""
        talker = self.user("talker", "#room")
        self.user("deaf", "#room", receive_buffer=4096)
        for _ in range(2000):
            talker.send(*["PRIVMSG #room :" + "x" * 380] * 50)
            farewells = of_command(talker.barrier(), "QUIT")
            if farewells:
                break
        self.assertEqual((farewells[0].nick, farewells[0].text), ("deaf", "SendQ exceeded"))
        self.assertEqual(self.limit_hits("sendq"), 1)

    @configured({"irc": {"flood_burst": 15, "flood_rate": 10.0, "flood_timeout": "30s"}})
    def test_flood_burst_and_rate(self) -> None:
        """Ten commands over the burst at ten a second take about a second, and all of them are done, in order."""
        listener = self.user("listener")
        talker = self.user("talker")
        pass_time(1.5 * 1.2)  # the burst is whole again: registering took less than 15 commands
        started = time.monotonic()
        talker.send(*[f"PRIVMSG listener :{number}" for number in range(25)])
        for number in range(25):
            listener.expect("PRIVMSG", "listener", str(number))
        elapsed = time.monotonic() - started
        self.assertGreater(elapsed, 0.7)
        self.assertLess(elapsed, 3.0 * patience())
        self.assertGreater(self.limit_hits("flood"), 0)
        self.assertEqual(self.limit_hits("flood_closed"), 0)

    @configured({"irc": {"flood_burst": 10, "flood_rate": 1.0, "flood_timeout": "2s"}})
    def test_flood_timeout(self) -> None:
        """Who keeps more waiting than readq holds, for longer than flood_timeout: ERROR "Excess Flood" and the end."""
        mal = self.user("mal")
        mal.send_until_closed(b"PRIVMSG mal :x\r\n" * 3000)
        self.assertIn("Excess Flood", of_command(mal.read_to_end(), "ERROR")[0].text)
        self.assertEqual(self.limit_hits("flood_closed"), 1)

    def test_line_length(self) -> None:
        """A line over 512 bytes, or tags over 4096: 417 each."""
        mal = self.user("mal", caps=CAPS)
        self.assertEqual(len(of_command(mal.ask("PRIVMSG mal :" + "x" * 500), "417")), 1)
        self.assertEqual(len(of_command(mal.ask("@+a=" + "x" * 4095 + " PRIVMSG mal :x"), "417")), 1)
        self.assertEqual(self.limit_hits("line_length"), 2)


class CountLimitTest(DaemonCase):
    """How many of something one client may have."""

    @configured({"chat": {"max_channels": 3}})
    def test_max_channels(self) -> None:
        """The fourth room is 405; after leaving one there is room again."""
        mal = self.user("mal")
        replies = mal.ask("JOIN #a,#b,#c,#d")
        self.assertEqual(len(of_command(replies, "JOIN")), 3)
        self.assertEqual(of_command(replies, "405")[0].params[1], "#d")
        self.assertEqual(self.limit_hits("channels"), 1)
        self.assertTrue(of_command(mal.ask("PART #a", "JOIN #d"), "JOIN", "#d"))
        self.assertIn(":3", mal.isupport["CHANLIMIT"])

    @configured({"chat": {"max_list_entries": 3}})
    def test_max_list_entries(self) -> None:
        """The fourth ban is 478; so is the fourth exception."""
        mal = self.user("mal", "#room")
        for mode in "be":
            replies = mal.ask(*[f"MODE #room +{mode} nick{number}!*@*" for number in range(4)])
            self.assertEqual(len(of_command(replies, "MODE", "#room")), 3)
            self.assertEqual(len(of_command(replies, "478")), 1)
        self.assertEqual(self.limit_hits("list_entries"), 2)
        self.assertTrue(mal.isupport["MAXLIST"].endswith(":3"), mal.isupport["MAXLIST"])

    @configured({"irc": {"max_monitor": 3}})
    def test_max_monitor(self) -> None:
        """The fourth watched name is 734, with the limit and the name; the first three are watched."""
        mal = self.user("mal")
        replies = mal.ask("MONITOR + a,b,c,d")
        self.assertEqual(of_command(replies, "734")[0].params[1:3], ["3", "d"])
        watched = of_command(mal.ask("MONITOR L"), "732")[0].text.split(",")
        self.assertEqual(sorted(watched), ["a", "b", "c"])
        self.assertEqual(self.limit_hits("monitor"), 1)
        self.assertEqual(mal.isupport["MONITOR"], "3")

    @configured({"irc": {"max_targets": 2}})
    def test_max_targets(self) -> None:
        """A message to three is 407."""
        mal = self.user("mal")
        replies = mal.ask("PRIVMSG canary1,canary2,mal :hello")
        self.assertEqual(len(of_command(replies, "407")), 1)
        self.assertEqual(self.limit_hits("targets"), 1)
        self.assertTrue(of_command(mal.ask("PRIVMSG mal,canary1 :hi"), "PRIVMSG", "mal", "hi"))
        self.assertIn("PRIVMSG:2", mal.isupport["TARGMAX"])

    @configured({"irc": {"whowas_entries": 2}})
    def test_whowas_entries(self) -> None:
        """Of three who left, the first is forgotten."""
        for nick in ("first", "second", "third"):
            leaver = self.user(nick)
            leaver.send("QUIT")
            leaver.read_to_end()
        asker = self.user("asker")
        self.assertTrue(of_command(asker.ask("WHOWAS first"), "406"))
        self.assertTrue(of_command(asker.ask("WHOWAS third"), "314"))
        self.assertEqual(self.limit_hits("whowas_entries"), 1)

    @configured({"irc": {"max_failed_logins": 3}})
    def test_max_failed_logins(self) -> None:
        """The third wrong OPER ends the connection; others go on."""
        guesser = self.user("guesser")
        stayer = self.user("stayer")
        for _ in range(2):
            self.assertTrue(of_command(guesser.ask("OPER root wrong"), "464"))
        guesser.send("OPER root wrong")
        self.assertIn("Too many wrong passwords", guesser.read_to_end()[-1].text)
        self.assertEqual(self.limit_hits("failed_logins"), 1)
        self.assert_still_served(stayer)

    @configured({"chat": {"typing_interval": "1s"}})
    def test_typing_interval(self) -> None:
        """Of several "active" notices at once only the first is passed on; after the interval the next is."""
        watcher = self.user("watcher", "#room", caps=CAPS)
        typist = self.user("typist", "#room", caps=CAPS)
        typist.ask(*["@+typing=active TAGMSG #room"] * 5)
        self.assertEqual(len(of_command(watcher.barrier(), "TAGMSG")), 1)
        pass_time(1.2)
        typist.ask("@+typing=active TAGMSG #room")
        self.assertEqual(len(of_command(watcher.barrier(), "TAGMSG")), 1)


class LengthLimitTest(DaemonCase):
    """How long something may be, in bytes. Letters of two bytes show that none is cut in half."""

    def kept(self, text: str, limit: int, got: str) -> None:
        """What was kept of a text that is too long: its beginning, within the limit, in whole letters."""
        self.assertTrue(text.startswith(got))
        self.assertLessEqual(len(got.encode()), limit)
        self.assertGreaterEqual(len(got.encode()), limit - 1)

    @configured({"irc": {"nick_length": 9}})
    def test_nick_length(self) -> None:
        """Nine letters are a nick, ten are 432."""
        mal = self.user("mal")
        self.assertEqual(mal.isupport["NICKLEN"], "9")
        self.assertTrue(of_command(mal.ask("NICK " + "a" * 10), "432"))
        self.assertTrue(of_command(mal.ask("NICK " + "a" * 9), "NICK", "a" * 9))
        self.assertEqual(self.limit_hits("nick_length"), 1)

    @configured({"irc": {"channel_length": 10}})
    def test_channel_length(self) -> None:
        """Ten bytes are a room's name, eleven are refused with an error."""
        mal = self.user("mal")
        self.assertEqual(mal.isupport["CHANNELLEN"], "10")
        replies = mal.ask("JOIN #" + "a" * 10)
        self.assertEqual(of_command(replies, "JOIN"), [])
        self.assertTrue({"403", "476", "479"} & {reply.command for reply in replies})
        self.assertTrue(of_command(mal.ask("JOIN #" + "a" * 9), "JOIN"))

    @configured({"irc": {"topic_length": 51}})
    def test_topic_length(self) -> None:
        """Topics, kick reasons and away messages are kept up to topic_length bytes."""
        text = "ä" * 60
        mal = self.user("mal", "#room")
        for token in ("TOPICLEN", "KICKLEN", "AWAYLEN"):
            self.assertEqual(mal.isupport[token], "51")
        self.kept(text, 51, of_command(mal.ask(f"TOPIC #room :{text}"), "TOPIC")[0].text)
        mal.ask(f"AWAY :{text}")
        self.kept(text, 51, of_command(mal.ask("WHOIS mal"), "301")[0].text)
        victim = self.user("victim", "#room")
        mal.ask(f"KICK #room victim :{text}")
        self.kept(text, 51, victim.expect("KICK").text)
        self.assertEqual(self.limit_hits("topic_length"), 3)

    @configured({"irc": {"realname_length": 51}})
    def test_realname_length(self) -> None:
        """A realname that is too long is cut at registration, and refused by SETNAME."""
        mal = self.visitor().register("mal", caps=CAPS, realname="ä" * 60)
        self.assertEqual(mal.isupport["NAMELEN"], "51")
        self.kept("ä" * 60, 51, of_command(mal.ask("WHOIS mal"), "311")[0].text)
        self.assertTrue(of_command(mal.ask("SETNAME :" + "ä" * 60), "FAIL", "SETNAME", "INVALID_REALNAME"))
        self.assertTrue(of_command(mal.ask("SETNAME :" + "ä" * 25), "SETNAME"))


class HandshakeLimitTest(DaemonCase):
    """[irc.tls] handshake_timeout."""

    def prepare(self) -> dict:
        return {"irc.tls": {**make_certificate(self.directory).config(), "handshake_timeout": "1s"}}

    def test_handshake_timeout(self) -> None:
        """A TLS connection that does not finish its handshake is closed."""
        started = time.monotonic()
        silent = self.visitor("irc-tls")
        silent.read_to_end()
        self.assertGreater(time.monotonic() - started, 0.8)
        self.assertLess(time.monotonic() - started, 1 + 4 * patience())


class CompletenessTest(unittest.TestCase):
    """That nothing was forgotten here."""

    NO_LIMITS = {
        "listen",
        "network",
        "description",
        "motd",
        "password_hash",
        "plaintext_passwords",
        "proxy_listen",
        "proxy_from",
        "casemapping",
        "formatting",
        "typing",
        "multiline_cost",
        "redact_time",
    }
    ELSEWHERE = {  # in test_limits_ircv3.py
        "max_sessions",
        "metadata_keys",
        "metadata_subs",
        "metadata_value_bytes",
        "multiline_bytes",
        "multiline_lines",
    }
    PARTS = {  # keys that are tested together with another one
        "connect_window": "max_connects_per_address",
        "flood_burst": "flood_burst_and_rate",
        "flood_rate": "flood_burst_and_rate",
        "ping_interval": "ping_interval_and_timeout",
        "ping_timeout": "ping_interval_and_timeout",
    }

    def test_every_limit_of_the_example_is_tested(self) -> None:
        """Each key of [irc] is named in a test of this file, or is no limit."""
        tests = {name for case in globals().values() if isinstance(case, type) for name in dir(case)}
        missing = untested_limits("irc", tests, self.NO_LIMITS | self.ELSEWHERE, self.PARTS)
        self.assertEqual(missing, set())


if __name__ == "__main__":
    unittest.main()
