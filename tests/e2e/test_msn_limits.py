"""Every limit of [msn]: its key, what the client that reaches it is told, and its counter."""

import unittest

from harness.bridge import LOBBY, MsnAttackCase, person
from harness.case import configured
from harness.client import of_command
from harness.limits import untested_limits
from harness.machine import eventually, pass_time, patience, reply_timeout
from harness.msn import MsnClient
from harness.msn_body import text_body
from harness.picture import PictureGiver, describe, make_png, show

STRANGER = "127.0.0.2"  # an address that has no exemption


class ConnectionTest(MsnAttackCase):
    """How many connections there may be, and from where. They are dropped: MSNP has no word for it before a command."""

    def visit(self, source: str = STRANGER) -> MsnClient:
        return self.keep_msn(MsnClient(self.daemon, "mal@example.com", source=source))

    def is_served(self, client: MsnClient) -> bool:
        """Whether the server lets it in."""
        client.send_until_closed(b"VER 1 MSNP12 CVR0\r\n")
        return client.dialect > 0 and any(command.verb == "VER" for command in self._first_words(client))

    def _first_words(self, client: MsnClient):
        try:
            return [client.read()]
        except AssertionError:
            return []

    @configured({"msn": {"max_clients": 5}})
    def test_max_clients(self) -> None:
        """One more than `max_clients`, switchboards included, is dropped; when one has left there is room again"""
        clients = [self.visit() for _ in range(3)]  # and the canary, with its switchboard
        for client in clients:
            self.assertTrue(self.is_served(client))
        self.assertFalse(self.is_served(self.visit()))
        self.assertEqual(self.msn_limit_hits("clients"), 1)
        clients[0].close()
        eventually(lambda: self.is_served(self.visit()), "there is room again")

    @configured({"msn": {"max_clients_per_address": 2}})
    def test_max_clients_per_address(self) -> None:
        """The third at a time from one address is dropped, others and exempt ones are not"""
        for _ in range(2):
            self.assertTrue(self.is_served(self.visit()))
        self.assertFalse(self.is_served(self.visit()))
        self.assertTrue(self.is_served(self.visit("127.0.0.3")))
        for _ in range(4):
            self.assertTrue(self.is_served(self.visit("127.0.0.1")))
        self.assertEqual(self.msn_limit_hits("clients_per_address"), 1)

    @configured({"msn": {"max_connects_per_address": 3, "connect_window": "2s"}})
    def test_max_connects_per_address(self) -> None:
        """The fourth new connection within `connect_window` is dropped; after the window one is taken again"""
        for _ in range(3):
            client = self.visit()
            self.assertTrue(self.is_served(client))
            client.close()
        self.assertFalse(self.is_served(self.visit()))
        self.assertEqual(self.msn_limit_hits("connects_per_address"), 1)
        pass_time(2.5)
        self.assertTrue(self.is_served(self.visit()))

    @configured({"msn": {"max_clients_per_address": 1, "unlimited_addresses": [STRANGER, "127.0.0.1"]}})
    def test_unlimited_addresses(self) -> None:
        """The exempt addresses are the configured ones"""
        for _ in range(3):
            self.assertTrue(self.is_served(self.visit()))
        self.assertTrue(self.is_served(self.visit("127.0.0.3")))
        self.assertFalse(self.is_served(self.visit("127.0.0.3")))

    @configured({"msn": {"login_bytes": "4 KiB"}})
    def test_login_bytes(self) -> None:
        """A stranger who sends more than `login_bytes` before the login is closed"""
        stranger = self.visit()
        stranger.send_until_closed(b"CVR 1 2 3 4 5 6 7 8\r\n" * 1000)
        self.assert_closed(stranger)
        patient = self.visit()
        patient.send("VER 1 MSNP12 CVR0")
        patient.expect("VER")
        patient.send_until_closed(b"CVR 1 2 3 4 5 6 7 8\r\n" * 1000)
        self.assert_closed(patient)
        self.assertGreater(self.msn_limit_hits("unauthenticated_bytes"), 0)

    @configured({"msn": {"login_timeout": "1s"}})
    def test_login_timeout(self) -> None:
        """From connecting to being signed in, whatever is said"""
        self.assert_closed(self.visit())
        self.assertGreater(self.msn_limit_hits("login_timeout"), 0)

    @configured({"msn": {"silence_timeout": "1s"}})
    def test_silence_timeout(self) -> None:
        """A client that pings at times and then falls silent is closed"""
        mal = self.msn("mal")
        self.assert_closed(mal)
        self.assertGreater(self.msn_limit_hits("silence_timeout"), 0)
        self.msn_canary = self.msn("canary2").call(LOBBY)


class UseTest(MsnAttackCase):
    """What somebody may do who is signed in."""

    @configured({"msn": {"flood_burst": 20, "flood_rate": 20.0}})
    def test_flood_burst_and_rate(self) -> None:
        """Commands over the rate wait; all are answered, in order"""
        mal = self.msn("mal")
        mal.send(*[f"URL {number} INBOX" for number in range(1000, 1060)])
        for number in range(1000, 1060):
            mal.expect("URL", str(number))
        self.assertGreater(self.msn_limit_hits("flood"), 0)

    @configured({"msn": {"flood_burst": 20, "flood_rate": 1.0, "readq": "32 KiB"}})
    def test_readq(self) -> None:
        """What flood control holds back waits up to `readq`; then the client's own kernel holds it"""
        mal = self.msn("mal")
        before = self.daemon.resident_bytes()
        mal.socket.setblocking(False)
        sent = 0
        try:
            while sent < 64 * 1024 * 1024:
                sent += mal.socket.send(b"URL 1 INBOX\r\n" * 1000)
        except BlockingIOError:
            pass
        self.assertLess(sent, 64 * 1024 * 1024)
        self.assertLess(self.daemon.resident_bytes() - before, 4 * 1024 * 1024 * patience())

    @configured({"msn": {"sendq": "64 KiB"}})
    def test_sendq(self) -> None:
        """A client that asks and never reads is closed"""
        mal = self.msn("mal", receive_buffer=4096)
        mal.socket.settimeout(reply_timeout())
        sent = 0
        while sent < 200 and mal.send_until_closed(b"URL 1 INBOX\r\n" * 5000):
            sent += 1
        self.assertLess(sent, 200)
        self.assertEqual(self.msn_limit_hits("sendq"), 1)

    @configured({"msn": {"call_burst": 5, "call_rate": 0.1}})
    def test_call_burst_and_rate(self) -> None:
        """XFR: 800; CAL: 713"""
        mal = self.msn("mal")
        answers = [mal.request("XFR", "SB").verb for _ in range(8)]
        self.assertEqual(answers, ["XFR"] * 5 + ["800"] * 3)
        other = self.msn("other")
        chat = other.open_switchboard()
        answers = [chat.request("CAL", "nobody@example.com").verb for _ in range(8)]
        self.assertEqual(answers, ["217"] * 4 + ["713"] * 4)  # the switchboard itself was a call
        self.assertEqual(self.msn_limit_hits("calls"), 7)

    @configured({"msn": {"max_contacts": 3}})
    def test_max_contacts(self) -> None:
        """210"""
        mal = self.msn("mal")
        answers = [mal.add("FL", person(f"friend{number}")).verb for number in range(4)]
        self.assertEqual(answers, ["ADC", "ADC", "210", "210"])
        self.assertEqual(self.msn_limit_hits("contacts"), 2)

    @configured({"msn": {"max_groups": 1}})
    def test_max_groups(self) -> None:
        """223"""
        mal = self.msn("mal")
        self.assertEqual([mal.request("ADG", name).verb for name in ("One", "Two")], ["ADG", "223"])
        self.assertEqual(self.msn_limit_hits("groups"), 1)

    @configured({"msn": {"max_switchboards": 2}})
    def test_max_switchboards(self) -> None:
        """714"""
        mal = self.msn("mal")
        for _ in range(2):
            mal.open_switchboard()
        self.assertEqual(mal.request("XFR", "SB").verb, "714")
        self.assertEqual(self.msn_limit_hits("switchboards"), 1)

    @configured({"msn": {"max_participants": 3}})
    def test_max_participants(self) -> None:
        """713; of a room's members a client is shown no more"""
        bob = self.msn("bob")
        chat = bob.open_switchboard()
        for name in ("carol", "dave"):
            self.msn(name)
            chat.call(f"{name}@example.com")
        self.msn("eve")
        self.assertEqual(chat.request("CAL", "eve@example.com").verb, "713")
        self.assertEqual(self.msn_limit_hits("participants"), 1)
        for number in range(6):
            self.irc(f"guest{number}", "#lobby")
        room = bob.call(LOBBY)
        room.barrier()
        self.assertLessEqual(len(room.present), 4)

    @configured({"msn": {"max_message_lines": 3}})
    def test_max_message_lines(self) -> None:
        """A text of more lines is refused with NAK, and nothing of it is shown"""
        ana = self.irc("ana")
        chat = self.msn("bob").call(person("ana"))
        chat.say("one\r\ntwo\r\nthree")
        self.assertEqual(len(of_command(ana.barrier(), "PRIVMSG")), 3)
        trid = chat.post(text_body("one\r\ntwo\r\nthree\r\nfour"))
        self.assertEqual(chat.expect_any(("ACK", "NAK"), trid).verb, "NAK")
        self.assert_silent(ana, "PRIVMSG")
        self.assertEqual(self.msn_limit_hits("message_lines"), 1)

    @configured({"msn": {"max_queued_messages": 2}})
    def test_max_queued_messages(self) -> None:
        """While a client rings, so many messages wait; the sender of more is told"""
        ana = self.irc("ana", caps=("standard-replies",))
        bob = self.msn("bob")
        replies = ana.ask(*[f"PRIVMSG Bob :{number}" for number in range(3)])
        self.assertEqual(len(of_command(replies, "FAIL", "PRIVMSG", "UNDELIVERED")), 1)
        self.assertEqual(bob.answer().texts(), ["0", "1"])
        self.assertEqual(self.msn_limit_hits("queued_messages"), 1)

    @configured({"msn": {"max_rings": 2}})
    def test_max_rings(self) -> None:
        """Beyond so many rings, who writes or invites is told that one of them does not get through"""
        people = [self.irc(name, "#lobby", caps=("standard-replies",)) for name in ("ana", "carol", "mal")]
        bob = self.msn("bob")
        bob.add("FL", person("ana"))  # stored behind the look for what waits for bob, which would hold all back
        for person_on_irc in people[:2]:
            self.assertFalse(of_command(person_on_irc.ask("PRIVMSG Bob :hello"), "FAIL"))
        replies = people[2].ask("PRIVMSG Bob :hello", "INVITE Bob #lobby")
        self.assertEqual(len(of_command(replies, "FAIL", "PRIVMSG", "UNDELIVERED")), 1)
        self.assertEqual(len(of_command(replies, "FAIL", "INVITE", "NOT_ANSWERED")), 1)
        self.assertEqual(self.msn_limit_hits("rings"), 2)
        bob.barrier()
        self.assertEqual(len(bob.rings), 2)

    @configured({"msn": {"max_avatar_size": "1 KiB"}})
    def test_max_avatar_size(self) -> None:
        """A bigger display picture is not asked for; one of that size is"""
        bob, chat = self.watched_by_ana("bob")
        show(bob, describe(bob.handle, make_png(1025)))
        self.assertEqual([command for command in chat.barrier() if command.verb == "MSG"], [])
        self.assertEqual(self.msn_limit_hits("avatar_size"), 1)
        show(bob, describe(bob.handle, make_png(1024)))
        PictureGiver(chat, describe(bob.handle, make_png(1024)))

    @configured({"msn": {"max_avatars": 1}})
    def test_max_avatars(self) -> None:
        """While the only place is taken, another picture is dropped"""
        for seed, name in enumerate(("bob", "carol")):
            client, chat = self.watched_by_ana(name)
            picture = make_png(100, seed)
            show(client, describe(client.handle, picture))
            PictureGiver(chat, describe(client.handle, picture)).give(picture)
        self.assertEqual(self.msn_limit_hits("avatars"), 1)

    @configured({"msn": {"max_avatar_fetches": 1}})
    def test_max_avatar_fetches(self) -> None:
        """While one is on its way, the next waits"""
        (bob, first), (carol, second) = self.watched_by_ana("bob"), self.watched_by_ana("carol")
        for client in (bob, carol):
            show(client, describe(client.handle, make_png(100)))
        giver = PictureGiver(first, describe(bob.handle, make_png(100)))
        self.assertEqual([command for command in second.barrier() if command.verb == "MSG"], [])
        self.assertEqual(self.msn_limit_hits("avatar_fetches"), 1)
        giver.decline()
        PictureGiver(second, describe(carol.handle, make_png(100)))

    @configured({"msn": {"avatar_time": "1s"}})
    def test_avatar_time(self) -> None:
        """Who does not give the picture in time is told BYE"""
        bob, chat = self.watched_by_ana("bob")
        show(bob, describe(bob.handle, make_png(100)))
        PictureGiver(chat, describe(bob.handle, make_png(100))).expect_bye()
        self.assertEqual(self.msn_limit_hits("avatar_time"), 1)

    def watched_by_ana(self, name: str) -> tuple:
        """Somebody on MSN whose picture ana would like to see, and a window with her."""
        if not hasattr(self, "ana"):
            self.ana = self.irc("ana", caps=("draft/metadata-2",))
            self.ana.ask("METADATA * SUB avatar")
        self.ana.ask(f"MONITOR + {name}")
        client = self.msn(name)
        return client, client.call(person("ana"))

    @configured({"msn": {"ring_timeout": "1s"}})
    def test_ring_timeout(self) -> None:
        """The caller is told that nobody came"""
        ana = self.irc("ana", "#lobby", caps=("standard-replies",))
        self.msn("bob")
        ana.send("INVITE Bob #lobby")
        ana.expect("FAIL", "INVITE", "NOT_ANSWERED")

    @configured({"msn": {"alone_timeout": "1s"}})
    def test_alone_timeout(self) -> None:
        """A switchboard with nobody else in it is closed; one with somebody is not"""
        mal = self.msn("mal")
        self.irc("ana")
        company = mal.call(person("ana"))
        self.assert_closed(mal.open_switchboard())
        self.assertEqual(self.msn_limit_hits("alone_timeout"), 1)
        company.barrier()

    @configured({"msn": {"key_lifetime": "1s"}})
    def test_key_lifetime(self) -> None:
        """911"""
        mal = self.msn("mal")
        answer = mal.request("XFR", "SB")
        pass_time(1.5)
        late = mal.connect_switchboard(answer.params[2])
        self.assertEqual(late.request("USR", mal.handle, answer.params[4]).verb, "911")

    @configured({"msn": {"typing_interval": "1s"}, "chat": {"typing_interval": "1s"}})
    def test_typing_interval(self) -> None:
        """One notice in so long a time"""
        ana = self.irc("ana", caps=("message-tags",))
        chat = self.msn("bob").call(person("ana"))
        for _ in range(10):
            ana.ask("@+typing=active TAGMSG Bob")
        self.assertEqual(len([command for command in chat.barrier() if command.verb == "MSG"]), 1)
        pass_time(1.5)
        ana.ask("@+typing=active TAGMSG Bob")
        self.assertEqual(len([command for command in chat.barrier() if command.verb == "MSG"]), 1)

    @configured({"msn": {"presence_interval": "2s"}})
    def test_presence_interval(self) -> None:
        """One change in so long a time, then the last one"""
        bob = self.msn("bob")
        ana = self.irc("ana")
        bob.add("FL", person("ana"))
        bob.expect("ILN", None, "NLN", person("ana"))
        ana.ask("AWAY :one", "AWAY", "AWAY :two", "AWAY", "AWAY :three")
        shown = [bob.expect("UBX", person("ana")).payload for _ in range(2)]
        self.assertIn(b"<PSM>one</PSM>", shown[0])
        self.assertIn(b"<PSM>three</PSM>", shown[1])
        ana.ask("AWAY")
        ana.send("QUIT")
        bob.expect("FLN", person("ana"))

    def test_line_length_and_payload_size(self) -> None:
        """Limits without a key: lines of 8 KiB, messages of 1664 bytes"""
        mal = self.msn("mal")
        mal.send_until_closed(b"URL 1 " + b"x" * 9000 + b"\r\n")
        self.assert_closed(mal)
        chat = self.msn("mal").call(LOBBY)
        chat.post(text_body("x" * 2000))
        self.assert_closed(chat)
        self.assertEqual((self.msn_limit_hits("line_length"), self.msn_limit_hits("payload_size")), (1, 1))


class CoverageTest(unittest.TestCase):
    """This file, held against the configuration."""

    NO_LIMITS = {
        "listen",
        "switchboard_listen",
        "advertise",
        "versions",
        "rooms_on_contact_list",
        "auto_join",
        "follow_friendly_name",
        "challenge",
        "avatars",
        "idle_after",
    }
    PARTS = {
        "flood_burst": "flood_burst_and_rate",
        "flood_rate": "flood_burst_and_rate",
        "call_burst": "call_burst_and_rate",
        "call_rate": "call_burst_and_rate",
        "connect_window": "max_connects_per_address",
    }

    def test_every_limit_of_the_example_is_tested(self) -> None:
        """Each key of [msn] is named in a test of this file, or is no limit."""
        tests = dir(ConnectionTest) + dir(UseTest)
        self.assertEqual(untested_limits("msn", tests, self.NO_LIMITS, self.PARTS), set())


if __name__ == "__main__":
    unittest.main()
