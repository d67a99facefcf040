"""irssi at one gateway, linked to the other, where patchcord-msn is: what people see on their screens."""

import unittest

from harness.links import PASSWORD, handle_of
from harness.real_clients import start_irssi, start_messenger
from harness.terminal import Terminal
from harness.two_gateways import TwoGatewaysCase

ANA, BOB, CAROL = (handle_of(name) for name in ("ana", "bob", "carol"))


class ScreenTest(TwoGatewaysCase):
    """ana sits at irssi, bob and carol at patchcord-msn."""

    def show(self, terminal: Terminal) -> Terminal:
        self.addCleanup(terminal.close)
        self._clients.append(terminal)
        return terminal

    def irssi(self) -> Terminal:
        terminal = self.show(start_irssi(self.daemon, self.directory / "ana", "ana", password=PASSWORD))
        terminal.wait_for(f"Signed in to far ({ANA})")
        return terminal

    def messenger(self, name: str) -> Terminal:
        return self.show(start_messenger(self.far, self.directory / name, handle_of(name)))

    def test_an_evening(self) -> None:
        """Contacts, a query, formatting, typing, nudges, status, a third person, and good bye"""
        bob = self.messenger("bob")
        ana = self.irssi()
        ana.type(f"/msg *patchcord add {BOB}")
        ana.wait_for("[Act: 2,3]")
        ana.type("/window goto &contacts")
        ana.wait_for("bob [bob@example.com] has joined &contacts")
        bob.type(f"/add {ANA}")
        bob.wait_for(f"* {ANA} is online")
        ana.type("/query bob", "hello from irssi, grüß dich ☺")
        bob.wait_for(f"<{ANA}> hello from irssi, grüß dich ☺")
        bob.type(f"/chat {ANA}", "hello from bob, привет", "/me waves", "/nudge")
        ana.wait_for("hello from bob, привет", "bob waves", "bob nudges you")
        ana.type("/me nods", "plain words")
        bob.wait_for(f"<{ANA}> *ana nods*", f"<{ANA}> plain words")
        bob.type("/status BSY")
        ana.type("/whois bob")
        ana.wait_for("away     : Busy")
        carol = self.messenger("carol")
        bob.type(f"/chat {ANA}", f"/invite {CAROL}")
        carol.wait_for(f"* {BOB} calls")
        ana.type("/window goto &bob")
        ana.wait_for("carol", "[Users &bob]")
        carol.type(f"/chat {BOB}", "hello everybody")
        ana.wait_for("carol> hello everybody")
        ana.type("hello you two")
        for screen in (bob, carol):
            screen.wait_for(f"<{ANA}> hello you two")
        ana.type("/part")
        carol.wait_for(f"* {ANA} left")
        ana.type("/quit")
        bob.wait_for(f"* {ANA} is offline")


if __name__ == "__main__":
    unittest.main()
