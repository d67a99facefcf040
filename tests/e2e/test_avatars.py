"""Display pictures of people on MSN: fetched when somebody on IRC wants to see them, and served by links."""

import http.client
import re
import unittest
import urllib.parse

from harness.bridge import LOBBY, BridgeCase, person, room
from harness.case import configured
from harness.client import Client, of_command
from harness.links import handle_of
from harness.machine import eventually, reply_timeout
from harness.picture import PictureGiver, describe, make_png, show
from harness.two_gateways import TwoGatewaysCase

LINK = re.compile(r"http://\S+/avatar/[a-z2-7]{26}")
CAPS = ("draft/metadata-2",)


class AvatarsCase(BridgeCase):
    """What a client finds out about pictures."""

    def get(self, client: Client, nick: str = "Bob") -> str:
        """The link to somebody's picture; empty when there is none."""
        answer = client.ask(f"METADATA {nick} GET avatar")
        found = of_command(answer, "761", None, nick, "avatar", "*")
        return found[0].text if found else ""

    def expect_link(self, client: Client, nick: str = "Bob") -> str:
        eventually(lambda: self.get(client, nick) != "", f"{nick} has an avatar")
        link = self.get(client, nick)
        self.assertRegex(link, LINK)
        return link

    def fetch(self, link: str) -> tuple:
        """The answer and its body."""
        connection = http.client.HTTPConnection(*self.daemon.address("http"), timeout=reply_timeout())
        self.addCleanup(connection.close)
        connection.request("GET", urllib.parse.urlsplit(link).path, headers={"Connection": "close"})
        response = connection.getresponse()
        return response, response.read()


class AvatarsTest(AvatarsCase):
    """ana is on IRC and bob on MSN."""

    def test_who_asks_for_it_gets_a_link_to_it(self) -> None:
        """... once it was fetched through a conversation that is open; nobody is rung for it"""
        ana = self.irc("ana", caps=CAPS)
        bob = self.msn("bob")
        data = make_png(5000)
        show(bob, describe(bob.handle, data))
        self.assertEqual(self.get(ana), "")
        self.assertEqual([command.verb for command in bob.barrier() if command.verb == "RNG"], [])
        chat = bob.call(person("ana"))
        giver = PictureGiver(chat, describe(bob.handle, data)).give(data)
        self.assertEqual(giver.texts(), [])
        response, body = self.fetch(self.expect_link(ana))
        self.assertEqual((response.status, body), (200, data))
        for name, value in (
            ("Content-Type", "image/png"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "sandbox; default-src 'none'"),
            ("Referrer-Policy", "no-referrer"),
        ):
            self.assertEqual(response.headers[name], value)
        self.assertEqual(of_command(ana.barrier(), "PRIVMSG"), [], "nothing of it is a message")

    def test_who_subscribed_is_told_of_each(self) -> None:
        """A room asks in its own name; another picture, and none, are news"""
        ana = self.irc("ana", "#lobby", caps=CAPS)
        ana.ask("METADATA * SUB avatar")
        bob = self.msn("bob")
        chat = bob.call(LOBBY)
        links = []
        for seed in (1, 2):
            data = make_png(3000, seed)
            show(bob, describe(bob.handle, data))
            if links:
                self.assertEqual(ana.expect("METADATA", "Bob", "avatar", "*").params, ["Bob", "avatar", "*"])
            PictureGiver(chat, describe(bob.handle, data), room("#lobby")).give(data)
            links.append(ana.expect("METADATA", "Bob", "avatar", "*").text)
            self.assertEqual(self.fetch(links[-1])[1], data)
        self.assertNotEqual(links[0], links[1])
        show(bob)
        self.assertEqual(ana.expect("METADATA", "Bob", "avatar", "*").params, ["Bob", "avatar", "*"])
        self.assertEqual(self.get(ana), "")

    def test_it_is_fetched_once(self) -> None:
        """... also when its owner goes and comes back, or somebody else has the same"""
        ana = self.irc("ana", caps=CAPS)
        bob = self.msn("bob")
        data = make_png(2000)
        show(bob, describe(bob.handle, data))
        self.get(ana)
        PictureGiver(bob.call(person("ana")), describe(bob.handle, data)).give(data)
        link = self.expect_link(ana)
        bob.close()
        eventually(lambda: of_command(ana.ask("ISON Bob"), "303")[0].text == "", "Bob is gone")
        bob, carol = self.msn("bob"), self.msn("carol")
        show(bob, describe(bob.handle, data))
        show(carol, describe(carol.handle, data))
        self.assertEqual([self.get(ana), self.get(ana, "Carol")], [link, link])
        self.assertEqual([c for c in bob.call(person("ana")).barrier() if c.verb == "MSG"], [])

    def test_what_is_no_picture_is_dropped(self) -> None:
        """Other bytes than the digest says, and what browsers would not take for an image"""
        ana = self.irc("ana", caps=CAPS)
        bob = self.msn("bob")
        page = b"<html><script>alert(1)</script></html>"
        for described, given in ((make_png(100, 1), make_png(100, 2)), (page, page)):
            chat = bob.call(person("ana"))
            show(bob, describe(bob.handle, described))
            self.get(ana)
            PictureGiver(chat, describe(bob.handle, described)).give(given)
            self.assertEqual(self.get(ana), "")
            chat.leave()

    def test_nobody_else_sets_it(self) -> None:
        """FAIL METADATA KEY_NO_PERMISSION"""
        ana = self.irc("ana", caps=CAPS)
        self.msn("bob")
        ana.send("METADATA Bob SET avatar :http://example.com/")
        ana.expect("FAIL", "METADATA", "KEY_NO_PERMISSION", "Bob", "avatar")

    @configured({"msn": {"avatars": False}})
    def test_without_avatars_nothing_is_fetched(self) -> None:
        ana = self.irc("ana", caps=CAPS)
        bob = self.msn("bob")
        show(bob, describe(bob.handle, make_png(100)))
        self.assertEqual(self.get(ana), "")
        chat = bob.call(person("ana"))
        self.assertEqual([command for command in chat.barrier() if command.verb == "MSG"], [])


class LinkedAvatarsTest(TwoGatewaysCase, AvatarsCase):
    """ana is linked to the far gateway, where bob is."""

    def test_people_of_a_service_have_one_too(self) -> None:
        """... asked for by ana's account; a contact's is news to who subscribed"""
        ana, bob, chat = self.conversation(caps=CAPS)
        ana.ask("METADATA * SUB avatar")
        links = []
        for seed in (1, 2):
            data = make_png(3000, seed)
            show(bob, describe(bob.handle, data))
            if links:
                self.assertEqual(ana.expect("METADATA", "Bob", "avatar", "*").params, ["Bob", "avatar", "*"])
            PictureGiver(chat, describe(bob.handle, data), handle_of("ana")).give(data)
            links.append(ana.expect("METADATA", "Bob", "avatar", "*").text)
            response, body = self.fetch(links[-1])
            self.assertEqual((response.status, body), (200, data))
        show(bob)
        self.assertEqual(ana.expect("METADATA", "Bob", "avatar", "*").params, ["Bob", "avatar", "*"])
        self.assertEqual(self.get(ana), "")


if __name__ == "__main__":
    unittest.main()
