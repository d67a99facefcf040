"""Attack case K11: rooms whose names look alike, or hold what names must not hold, on both sides of the bridge."""

import unittest

from harness.bridge import GATEWAY, LOBBY, MsnAttackCase, person, room
from harness.client import Client, of_command
from harness.daemon import patchcord
from harness.msn_body import text_body

BAD_CONFIGURATION = 78
NO_ROOMS = ("#room,#x", "#room\x07", " #room", "#room ", "#", "#ro:om\x07", "#room\x01")  # none of these is a name
OTHERS = ("##room", "\uff03room", "#r\u043eom", "#room\u200b", "#rooom", "#room\u0301", "#room@rooms")  # not #room either


class RoomNameTest(MsnAttackCase):
    """olga owns #room, which is secret, and bob is in it on MSN; mal wants to be where they are."""

    def setUp(self) -> None:
        super().setUp()
        self.olga = self.irc("olga", "#room")
        self.bob = self.msn("bob").call(room("room"))
        self.olga.ask("TOPIC #room :ours", "MODE #room +k key")
        self.mal = self.irc("mal")
        self.bob.barrier()

    def rights(self, client: Client, channel: str) -> list[str]:
        """Of a client in a channel, by NAMES: `@nick` or `nick`."""
        names = " ".join(line.text for line in of_command(client.ask(f"NAMES {channel}"), "353")).split()
        return [name for name in names if name.lstrip("@+%") == client.nick]

    def assert_room_is_untouched(self) -> None:
        """olga alone has a say in it, mal is not in it, and nobody there heard of anything."""
        self.assertEqual(self.rights(self.olga, "#room"), ["@olga"])
        self.assertEqual([line for line in self.olga.barrier() if line.nick == "mal"], [])
        self.assertEqual(self.bob.texts(), [])
        self.assertNotIn(person("mal"), self.bob.present)
        (topic,) = of_command(self.olga.ask("TOPIC #room"), "332")
        self.assertEqual(topic.text, "ours")

    def test_K11_names_that_are_none(self) -> None:
        """A comma divides names and never belongs to one; controls and spaces make no channel: refused, or another room"""
        for name in NO_ROOMS:
            with self.subTest(ascii(name)):
                self.mal.ask(f"JOIN {name}", f"JOIN :{name}", f"PRIVMSG {name} :inside", f"TOPIC {name} :mine")
        for text in of_command(self.mal.ask("WHOIS mal"), "319"):
            for channel in text.text.split():
                self.assertRegex(channel, r"^@?#[^\x00-\x20,]+$")
                self.assertNotEqual(channel.lstrip("@"), "#room")
        self.assert_room_is_untouched()

    def test_K11_names_that_look_alike(self) -> None:
        """Each is a room of its own or none: mal's right to speak, to rule and to be let in stays where he has it"""
        for name in OTHERS:
            with self.subTest(ascii(name)):
                self.mal.ask(f"JOIN {name}")
                self.mal.ask(f"MODE {name} -k key", f"TOPIC {name} :mine", f"PRIVMSG {name} :inside", f"KICK {name} olga")
        self.assertEqual(self.rights(self.mal, "##room"), ["@mal"])
        self.assert_room_is_untouched()

    def test_K11_case_is_no_difference(self) -> None:
        """#Room is #room, for whoever has the key and for whoever has not; on MSN as well"""
        self.assertEqual(len(of_command(self.mal.ask("JOIN #Room"), "475")), 1)
        self.assert_room_is_untouched()
        self.assertEqual(len(of_command(self.mal.ask("JOIN #ROOM key"), "353")), 1)
        self.assertEqual(self.rights(self.mal, "#rOOm"), ["mal"])
        self.bob.expect_joined(person("mal"))
        self.assertEqual(self.msn("carl").open_switchboard().request("CAL", f"ROOM@Rooms.{GATEWAY.upper()}").verb, "216")

    def test_K11_addresses_on_msn(self) -> None:
        """What is no room's address calls nobody, and what is another room's never calls this one"""
        self.olga.ask("MODE #room -k key")
        mal = self.msn("mal").open_switchboard()
        for local in ("room,#x", "room,", "#room", "##room", "&room", "room%20", "%20room", "room%07", "r\u043eom", "room@room"):
            with self.subTest(ascii(local)):
                answer = mal.request("CAL", f"{local}@rooms.{GATEWAY}")
                self.assertIn(answer.verb, ("208", "217", "216", "500", "911"), answer)
        for domain in (f"rooms.{GATEWAY}.", f"rooms..{GATEWAY}", f"irc.{GATEWAY}", f"x.rooms.{GATEWAY}", "rooms.example.com"):
            with self.subTest(domain):
                self.assertNotEqual(mal.request("CAL", f"room@{domain}").verb, "CAL")
        self.assertEqual([command for command in mal.barrier() if command.verb in ("JOI", "MSG")], [])
        self.assertEqual(mal.expect_any(("NAK",), mal.post(text_body("inside"))).verb, "NAK")
        self.assert_room_is_untouched()

    def test_K11_groups_of_one_name(self) -> None:
        """Conversations on MSN whose first members are called the same are two channels, and never one"""
        ana, carl = self.irc("ana"), self.irc("carl")
        channels = []
        for client, caller in ((ana, "dora"), (carl, "erik")):
            chat = self.msn(caller, friendly="room").call(person(client.nick))
            third = self.msn(f"third-{caller}", friendly="room")
            chat.call(third.handle)
            third.answer()
            channels.append(client.expect("JOIN", where=lambda line: line.params[0].startswith("&")).params[0])
            chat.say(f"for {client.nick} alone")
            client.expect("PRIVMSG", channels[-1], f"for {client.nick} alone")
        self.assertNotEqual(*map(str.lower, channels))
        for client, channel in ((ana, channels[1]), (carl, channels[0])):
            self.assertFalse(of_command(client.ask(f"JOIN {channel}"), "353"))
            self.assertEqual([line.text for line in of_command(client.history, "PRIVMSG")], [f"for {client.nick} alone"])
            client.ask(f"PRIVMSG {channel} :let me in")
        for client in (ana, carl):
            self.assert_silent(client, "PRIVMSG", "JOIN")
        self.assert_room_is_untouched()

    def test_K11_rooms_of_the_configuration(self) -> None:
        """Two of one name, or a name that is none, are errors of the configuration"""
        for names in (["room", "Room"], ["room", "room"], ["room,#x"], ["room\x07"], [" room"], ["room "], [""]):
            with self.subTest(names):
                self.daemon.rewrite({"room": [{"name": name} for name in names]})
                result = patchcord("check", "--config", self.daemon.config_file)
                self.assertEqual(result.returncode, BAD_CONFIGURATION, result.stdout)
                self.assertIn("room", result.stderr)

    def test_K11_rights_do_not_come_back(self) -> None:
        """Who made a room and left it is nobody in particular in the next room of that name"""
        self.irc("first", "#gone").ask("PART #gone")
        second = self.irc("second", "#gone")
        again = self.irc("third", "#gone")
        self.assertEqual(self.rights(second, "#gone"), ["@second"])
        self.assertEqual(self.rights(again, "#gone"), ["third"])
        self.assertEqual(self.msn("dan").call(LOBBY).present.get(room("gone")), None)


if __name__ == "__main__":
    unittest.main()
