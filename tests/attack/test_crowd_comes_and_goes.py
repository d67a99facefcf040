"""Attack cases K06 and K15: crowds that leave and come back at once, and people who come and go while they talk."""

import re
import unittest

from harness.bridge import LOBBY, MsnAttackCase, person
from harness.client import of_command
from harness.far_faults import FarFaultCase
from harness.fault_proxy import ProxiedService
from harness.links import CONTACTS
from harness.machine import eventually

SPOKEN = re.compile(r"(\w+) says (\d+)")


class LostServiceTest(FarFaultCase):
    """K06: a service takes two hundred people with it, and brings them back."""

    contacts = ("bob", *(f"far{number}" for number in range(200)))

    def make_service(self) -> ProxiedService:
        return ProxiedService(self.contacts, self.answers)

    def login_url(self) -> str:
        return f"http://{self.service.address('http')}/login"

    def test_K06_people_of_a_service(self) -> None:
        """The connection is lost and comes back: no PART, QUIT or JOIN of anybody, one notice each way, and all are there"""
        ana = self.linked("ana", caps=("away-notify",))
        everybody = sorted(["ana", *map(str.capitalize, self.contacts)])
        eventually(lambda: self.names(ana, CONTACTS) == everybody, "all are there", every=0.1)
        ana.barrier()
        known = len(ana.history)
        self.service.ways["ns"].reset()
        self.expect_told(ana, "cannot be reached")
        self.expect_told(ana, "is back")
        eventually(lambda: self.names(ana, CONTACTS) == everybody, "all are there again", every=0.1)
        storm = [line for line in ana.history[known:] if line.command in ("JOIN", "PART", "QUIT", "AWAY")]
        self.assertEqual(storm, [])
        told = [line for line in ana.history[known:] if line.command == "NOTICE"]
        self.assertEqual(len(told), 2, told)


class MassQuitTest(MsnAttackCase):
    """K06: everybody on IRC is gone at once, as after a netsplit, and comes back."""

    PEOPLE = 100
    config = {"msn": {"max_participants": 200}}

    def crowd(self) -> list:
        return [self.irc(f"n{number}", "#lobby") for number in range(self.PEOPLE)]

    def there(self, chat) -> set:
        chat.barrier()
        return {handle for handle in chat.present if re.match(r"n\d+@", handle)}

    def test_K06_people_of_irc(self) -> None:
        """In an open window each leaves and comes once, which is how MSN knows who is there; nobody is written to, no
        window rings, and those who are there afterwards are those who are"""
        chat = self.msn("bob").call(LOBBY)
        people = {person(f"n{number}") for number in range(self.PEOPLE)}
        for _ in range(2):
            crowd = self.crowd()
            eventually(lambda: self.there(chat) == people, "all came")
            for client in crowd:
                client.abort()
            eventually(lambda: not self.there(chat), "all went")
        self.crowd()
        eventually(lambda: self.there(chat) == people, "all are back")
        self.assertEqual(chat.texts(), [])
        chat.owner.barrier()
        self.assertFalse(chat.owner.rings)
        names = of_command(self.canaries[0].ask("NAMES #lobby"), "353")
        self.assertEqual(len({name for line in names for name in line.text.split() if re.match(r"@?n\d+$", name)}), self.PEOPLE)


class RaceTest(MsnAttackCase):
    """K15: three people on MSN come and go in mid-sentence."""

    NAMES = ("bob", "carol", "dora")
    ROUNDS = 15
    config = {"msn": {"call_burst": 1000}}

    def setUp(self) -> None:
        super().setUp()
        self.ana = self.irc("ana", "#lobby")
        self.people = {name: self.msn(name) for name in self.NAMES}
        self.said: dict[str, int] = dict.fromkeys(self.NAMES, 0)

    def words(self, name: str, count: int) -> list[bytes]:
        """MSG commands without a wish for an answer, each with its number."""
        out = []
        for _ in range(count):
            self.said[name] += 1
            body = f"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n{name} says {self.said[name]}".encode()
            out.append(b"MSG %d U %d\r\n%s" % (1000 + self.said[name], len(body), body))
        return out

    def assert_right_people(self) -> dict[str, int]:
        """Whoever is said to have spoken did, in order, and each word came at most once; the last of each."""
        heard = dict.fromkeys(self.NAMES, 0)
        for line in of_command(self.ana.history, "PRIVMSG", "#lobby"):
            if found := SPOKEN.fullmatch(line.text):
                self.assertEqual(line.source, f"{found[1].capitalize()}!{found[1]}@example.com")
                self.assertGreater(int(found[2]), heard[found[1]])
                heard[found[1]] = int(found[2])
        return heard

    def test_K15_words_in_one_segment_with_the_end(self) -> None:
        """Text and OUT together: the text is the speaker's, and comes before the PART; nothing of it is another's"""
        for _ in range(self.ROUNDS):
            chats = {name: client.call(LOBBY) for name, client in self.people.items()}
            for name, chat in chats.items():
                chat.send_raw(b"".join(self.words(name, 3)) + b"OUT\r\n")
            for chat in chats.values():
                chat.read_to_end()
        self.ana.barrier()
        self.assertEqual(self.assert_right_people(), self.said)
        self.assert_parts_after_words()

    def assert_parts_after_words(self) -> None:
        """Nobody speaks who is not there."""
        inside: set[str] = set()
        for line in self.ana.history:
            if line.nick.lower() in self.NAMES:
                if line.command == "JOIN":
                    inside.add(line.nick)
                elif line.command == "PART":
                    inside.discard(line.nick)
                elif line.command == "PRIVMSG":
                    self.assertIn(line.nick, inside, line)

    def test_K15_words_after_the_end(self) -> None:
        """What follows OUT, or comes by a connection that was reset, is dropped or the speaker's own"""
        for number in range(self.ROUNDS):
            chats = {name: client.call(LOBBY) for name, client in self.people.items()}
            first, second, third = chats
            chats[first].send_raw(b"".join([*self.words(first, 1), b"OUT\r\n", *self.words(first, 2)]))
            chats[second].send_raw(b"".join(self.words(second, 3)))
            chats[second].abort()
            chats[third].send_raw(b"".join(self.words(third, 1)))
            chats[third].leave()
            chats[first].read_to_end()
            eventually(lambda: not self.in_room(), "all have left")
        self.assert_right_people()
        self.assert_parts_after_words()
        words_after_out = {str(1 + 3 * number + one) for number in range(self.ROUNDS) for one in (1, 2)}
        for line in of_command(self.ana.history, "PRIVMSG", "#lobby"):
            if found := re.fullmatch(rf"{self.NAMES[0]} says (\d+)", line.text):
                self.assertNotIn(found[1], words_after_out)

    def in_room(self) -> list[str]:
        lines = of_command(self.ana.ask("NAMES #lobby"), "353")
        return [name for line in lines for name in line.text.split() if name.lower() in self.NAMES]

    def test_K15_two_windows_of_each(self) -> None:
        """One closes while the other speaks: no word is lost, and the speaker is there all the time"""
        chats = {name: client.call(LOBBY) for name, client in self.people.items()}
        for _ in range(self.ROUNDS):
            others = {name: client.call(LOBBY) for name, client in self.people.items()}
            for name, chat in chats.items():
                chat.send_raw(b"".join(self.words(name, 2)) + b"OUT\r\n")
                others[name].send_raw(b"".join(self.words(name, 2)))
            for chat in chats.values():
                chat.read_to_end()
            chats = others
        for chat in chats.values():
            chat.barrier()
        self.ana.barrier()
        self.assertEqual(self.spoken(), {name: set(range(1, count + 1)) for name, count in self.said.items()})
        self.assertEqual(of_command(self.ana.history, "PART", "#lobby"), [])

    def spoken(self) -> dict[str, set]:
        """Of each, the numbers; two windows have no order between them."""
        heard: dict[str, set] = {name: set() for name in self.NAMES}
        for line in of_command(self.ana.history, "PRIVMSG", "#lobby"):
            if found := SPOKEN.fullmatch(line.text):
                self.assertEqual(line.source, f"{found[1].capitalize()}!{found[1]}@example.com")
                self.assertNotIn(int(found[2]), heard[found[1]], "twice")
                heard[found[1]].add(int(found[2]))
        return heard


if __name__ == "__main__":
    unittest.main()
