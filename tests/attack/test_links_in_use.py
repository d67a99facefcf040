"""Attack case K16: links, rooms and accounts that are taken away while people talk by them."""

import http.client
import signal
import unittest

from harness.accounts import log_in, make_account
from harness.bridge import MsnAttackCase, room
from harness.client import Client, of_command
from harness.daemon import patchcord
from harness.far_faults import FarFaultCase, FarLedger
from harness.file_case import FileCase, slp
from harness.file_content import MEBIBYTE, Content
from harness.links import CONTACTS
from harness.machine import eventually, pass_time
from harness.msn_body import text_body
from harness.two_gateways import TwoGatewaysCase

RATE = 0.05  # seconds from one message to the next


class LinkTest(FarFaultCase):
    """Twenty messages a second to somebody on a service, and the account there is gone."""

    COUNT = 40

    def talk_while(self, what) -> None:
        """ana writes to bob; in the middle of it `what(ana)` happens. Each word arrived, in order, or was reported: by
        itself, or by 401 from when there was nobody of that name any more."""
        ana = self.ana()
        self.query(ana)
        ana.join("#room")
        watcher = self.irc("watcher", "#room")
        ledger = FarLedger(self, ana)
        for number in range(self.COUNT):
            ledger.write()
            if number == self.COUNT // 2:
                what(ana)
            pass_time(RATE)
        eventually(lambda: self.fates(ana, ledger) >= self.COUNT, "each has a fate")
        known = sorted({*ledger.delivered(), *ledger.reported()}, key=lambda text: int(text.split()[1]))
        self.assertEqual(known, [f"message {number}" for number in range(1, len(known) + 1)])
        self.assertEqual(self.fates(ana, ledger), self.COUNT)
        self.assertGreaterEqual(len(ledger.delivered()), self.COUNT // 2)
        self.assert_silent(watcher, "PRIVMSG", "NOTICE")
        eventually(lambda: self.names(ana, CONTACTS) in ([], ["ana"]), "nobody of the service is there", every=0.1)

    def fates(self, client: Client, ledger: FarLedger) -> int:
        """How many words have arrived or were reported, in whichever way."""
        nobody = of_command(client.history, "401", None, "Bob")
        return len({*ledger.delivered(), *ledger.reported()}) + len(nobody)

    def test_K16_link_that_is_taken_out_of_the_configuration(self) -> None:
        """By a reload; what is on its way arrives or is reported, and nothing of it is said in a room"""

        def reload(_ana: Client) -> None:
            self.daemon.rewrite({"link": []})
            self.daemon.signal(signal.SIGHUP)

        self.talk_while(reload)

    def test_K16_disconnected(self) -> None:
        """By its owner's word"""
        self.talk_while(lambda ana: ana.send("PRIVMSG *patchcord :disconnect"))


class TransferTest(TwoGatewaysCase, FileCase):
    """A file is on its way when the link goes."""

    def setUp(self) -> None:
        TwoGatewaysCase.setUp(self)

    def begin(self):
        """A download of what bob gives, of which a part has come."""
        self.ana, _, chat = self.conversation()
        giver = slp(chat, "big.bin", Content(4 * MEBIBYTE))
        response = self.open_link(self.expect_link(self.ana))
        giver.expect_accept()
        giver.send_pieces(MEBIBYTE)
        self.assertEqual(len(response.read(MEBIBYTE // 2)), MEBIBYTE // 2)
        return response

    def assert_breaks_off(self, response) -> None:
        """The half that came does not pass for the file, and the gateway knows of no transfer any more."""
        with self.assertRaises((http.client.IncompleteRead, ConnectionError)):
            while piece := response.read(MEBIBYTE):
                del piece
            if response.length:
                raise http.client.IncompleteRead(b"", response.length)
        self.assert_ended(0, 1)

    def test_K16_file_on_its_way_when_the_link_is_taken_out(self) -> None:
        """It fails, and is told to have"""
        response = self.begin()
        self.daemon.rewrite({"link": []})
        self.daemon.signal(signal.SIGHUP)
        self.expect_told(self.ana, "big.bin of Bob failed")
        self.assert_breaks_off(response)

    def test_K16_file_on_its_way_when_its_owner_disconnects(self) -> None:
        """The same"""
        response = self.begin()
        self.ana.send("PRIVMSG *patchcord :disconnect")
        self.assert_breaks_off(response)

    def test_K16_file_on_its_way_when_the_account_is_removed(self) -> None:
        """It fails with the link; who opens the account of that name anew has neither link nor file, and ana goes"""
        response = self.begin()
        self.daemon.rewrite({"link": []})
        result = patchcord("account", "remove", "ana", "--config", self.daemon.config_file)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.daemon.signal(signal.SIGHUP)
        self.assert_breaks_off(response)
        make_account(self.daemon, "ana", "another")
        again = log_in(self.visitor(), "ana", "another")
        self.assertIn("Account removed", self.ana.read_to_end()[-1].text)
        self.assertIn("No file is offered", self.tell(again, "files"))
        self.assertIn("You have no account on an MSN service", self.tell(again, "connect"))
        self.ana = again


class RenamedRoomTest(MsnAttackCase):
    """A room is to get another name while people on both sides talk in it."""

    COUNT = 60

    def test_K16_room_that_is_to_be_renamed(self) -> None:
        """Refused while somebody on MSN is in it, who knows it by its address only: every word arrives once, in order,
        in that room and in no other"""
        olga, carl = (self.irc(nick, "#crew", caps=("draft/channel-rename",)) for nick in ("olga", "carl"))
        other = self.irc("other", "#team")
        chat = self.msn("bob").call(room("crew"))
        arrived: list[str] = []
        for number in range(self.COUNT):
            olga.send(f"RENAME #crew #band{number} :better", f"PRIVMSG #crew :olga {number}")
            trid = chat.post(text_body(f"bob {number}"))
            while not (command := chat.read()).is_about("ACK", trid):
                arrived += chat.texts([command])
        self.assertEqual(len(of_command(olga.barrier(), "FAIL", "RENAME", "CANNOT_RENAME")), self.COUNT)
        arrived += chat.texts()
        carl.barrier()
        heard = [line.text for line in of_command(carl.history, "PRIVMSG", "#crew")]
        for who in ("olga", "bob"):
            words = [text for text in heard if text.startswith(who)]
            self.assertEqual(words, [f"{who} {number}" for number in range(self.COUNT)])
        self.assertEqual(arrived, [f"olga {number}" for number in range(self.COUNT)])
        self.assert_silent(other, "PRIVMSG", "JOIN", "RENAME")

    def test_K16_room_that_was_renamed(self) -> None:
        """Its old address leads nowhere, neither to it nor to whoever takes the name next without being asked in"""
        olga, carl = (self.irc(nick, "#crew", caps=("draft/channel-rename",)) for nick in ("olga", "carl"))
        bob = self.msn("bob")
        bob.call(room("crew")).leave()
        carl.expect("PART", "#crew")
        olga.send("RENAME #crew #band :better")
        carl.expect("RENAME", "#crew", "#band")
        self.assertEqual(bob.open_switchboard().request("CAL", room("crew")).verb, "217")
        chat = bob.call(room("band"))
        chat.say("found it")
        carl.expect("PRIVMSG", "#band", "found it")


if __name__ == "__main__":
    unittest.main()
