"""The daemon as MSN server: switchboards among MSN clients."""

import unittest

from harness.bridge import BridgeCase
from harness.case import configured
from harness.machine import pass_time
from harness.msn_body import datacast_body, text_body, typed_body

BOB, CAROL, DAVE = "bob@example.com", "carol@example.com", "dave@example.com"


class ConversationTest(BridgeCase):
    """bob calls carol."""

    def pair(self, first: int = 12, second: int = 12):
        bob, carol = self.msn("bob", dialect=first), self.msn("carol", dialect=second)
        bobs = bob.open_switchboard()
        bobs.call(CAROL)
        carols = carol.answer()
        bobs.expect_joined(CAROL)
        return bobs, carols

    def test_generations_talk(self) -> None:
        """Every dialect with every other: text both ways, typing, nudge; the bytes are those that were sent"""
        clients = {dialect: self.msn(f"user{dialect}", dialect=dialect) for dialect in range(2, 13)}
        for first, second in zip(clients, list(clients)[1:] + [2]):
            with self.subTest(f"{first} to {second}"):
                caller, callee = clients[first], clients[second]
                here = caller.open_switchboard()
                here.call(callee.handle)
                ring = callee.wait_for_ring()
                self.assertEqual((ring.params[4], ring.name(5)), (caller.handle, f"User{first}"))
                there = callee.answer(ring)
                self.assertEqual(there.present, {caller.handle: f"User{first}"})
                here.expect_joined(callee.handle)
                body = text_body("grüß dich")
                here.deliver(body)
                self.assertEqual(there.expect("MSG", caller.handle).payload, body)
                there.type_something()
                here.expect_kind("text/x-msmsgscontrol", callee.handle)
                there.nudge()
                here.expect_kind("text/x-msnmsgr-datacast", callee.handle)
                there.leave()
                here.expect_left(callee.handle)
                here.leave()

    def test_every_kind_of_body_passes(self) -> None:
        """What MSN clients say to each other is theirs: it goes through byte for byte, up to 1664 bytes"""
        bobs, carols = self.pair()
        bodies = [
            typed_body("application/x-msnmsgrp2p", bytes(range(256)) * 4),
            typed_body("text/x-mms-emoticon", b":)\t%3Cmsnobj%2F%3E\t"),
            typed_body("text/x-clientcaps", b"Client-Name: x\r\n\r\n"),
            datacast_body(2, "<msnobj/>"),
            text_body("OUT\r\nUSR 1 x y\r\n"),
            text_body("\xff\xfe".encode("latin-1")),
        ]
        bodies.append(text_body("x" * (1664 - len(text_body("")))))
        for body in bodies:
            bobs.deliver(body, "D" if b"p2p" in body else "A")
            self.assertEqual(carols.expect("MSG", BOB).payload, body)

    def test_three_and_leaving(self) -> None:
        """IRO with all who are there, JOI to them, BYE when one leaves; the others go on"""
        bobs, carols = self.pair()
        dave = self.msn("dave")
        carols.call(DAVE)
        ring = dave.wait_for_ring()
        self.assertEqual(ring.params[4], CAROL)
        daves = dave.answer(ring)
        self.assertEqual(set(daves.present), {BOB, CAROL})
        for chat in (bobs, carols):
            chat.expect_joined(DAVE)
        bobs.leave()
        for chat in (carols, daves):
            chat.expect_left(BOB)
        daves.say("two are left")
        carols.expect_text("two are left", DAVE)

    def test_lost_connection_is_a_bye(self) -> None:
        """A connection that is lost, or only half of it, is somebody who left"""
        bobs, carols = self.pair()
        carols.close()
        bobs.expect_left(CAROL)

    def test_calling_again(self) -> None:
        """Who left can be called again, in the same switchboard"""
        bobs, carols = self.pair()
        carols.leave()
        bobs.expect_left(CAROL)
        bobs.call(CAROL)
        again = carols.owner.answer()
        bobs.expect_joined(CAROL)
        again.say("back")
        bobs.expect_text("back")

    def test_switchboard_outlives_the_notification_connection_of_the_other(self) -> None:
        """As with MSN's own servers: a conversation among MSN clients goes on when one of them signs out"""
        bobs, carols = self.pair()
        carols.owner.send("OUT")
        carols.owner.read_to_end()
        bobs.say("still there?")
        carols.expect_text("still there?", BOB)

    def test_refused_calls(self) -> None:
        """208 no handle, 215 oneself or somebody there, 217 nobody, or somebody who blocks; the switchboard goes on"""
        bobs, carols = self.pair()
        dave = self.msn("dave")
        dave.add("BL", BOB)
        expected = {"nonsense": "208", BOB: "215", CAROL: "215", "nobody@example.com": "217", DAVE: "217"}
        for handle, code in expected.items():
            self.assertEqual(bobs.request("CAL", handle).verb, code, handle)
        bobs.say("on we go")
        carols.expect_text("on we go")

    def test_unanswered_call(self) -> None:
        """Somebody who does not answer is just not there; while their client rings, a second call is 215"""
        bob, carol = self.msn("bob"), self.msn("carol")
        bobs = bob.open_switchboard()
        bobs.call(CAROL)
        self.assertEqual(bobs.request("CAL", CAROL).verb, "215")
        carol.answer()
        self.assertFalse(carol.rings)
        bobs.expect_joined(CAROL)

    @configured({"msn": {"ring_timeout": "1s", "key_lifetime": "1s"}})
    def test_late_answer(self) -> None:
        """An answer after `ring_timeout` and `key_lifetime`: 911"""
        bob, carol = self.msn("bob"), self.msn("carol")
        bobs = bob.open_switchboard()
        bobs.call(CAROL)
        ring = carol.wait_for_ring()
        pass_time(1.5)
        late = carol.connect_switchboard(ring.params[1])
        self.assertEqual(late.request("ANS", CAROL, ring.params[3], ring.params[0]).verb, "911")
        bobs.barrier()

    def test_crossing_calls(self) -> None:
        """Both call at once: two switchboards, each of which works"""
        bob, carol = self.msn("bob"), self.msn("carol")
        bobs, carols = bob.open_switchboard(), carol.open_switchboard()
        bobs.call(CAROL)
        carols.call(BOB)
        bobs_other, carols_other = bob.answer(), carol.answer()
        bobs.say("in mine")
        carols_other.expect_text("in mine")
        carols.say("in hers")
        bobs_other.expect_text("in hers")

    def test_acknowledgements(self) -> None:
        """ACK or NAK by mode: U never, N only NAK, A and D both, S only ACK"""
        bobs, carols = self.pair()
        trids = {mode: bobs.post(text_body(mode), mode) for mode in "UNADS"}
        answers = [str(line) for line in bobs.barrier()]
        self.assertEqual(answers, [f"ACK {trids[mode]}" for mode in "ADS"])
        self.assertEqual(carols.texts(), list("UNADS"))
        carols.leave()
        bobs.expect_left(CAROL)
        trids = {mode: bobs.post(text_body(mode), mode) for mode in "UNADS"}
        answers = [str(line) for line in bobs.barrier()]
        self.assertEqual(answers, [f"NAK {trids[mode]}" for mode in "NAD"])

    def test_order_of_answer_and_first_message(self) -> None:
        """The one who answers knows who is there before anything else comes; the others hear of the newcomer first"""
        bobs, carols = self.pair()
        self.assertEqual(set(carols.present), {BOB})
        carols.say("first")
        arrived = bobs.barrier()
        self.assertEqual([line.verb for line in arrived], ["MSG"])

    @configured({"msn": {"max_participants": 3}})
    def test_too_many_people(self) -> None:
        """`max_participants`: 713, and those who are there go on"""
        bobs, carols = self.pair()
        for name in ("dave", "eve"):
            self.msn(name)
        bobs.call(DAVE)
        self.assertEqual(bobs.request("CAL", "eve@example.com").verb, "713")
        bobs.say("enough")
        carols.expect_text("enough")

    def test_client_without_a_window_open_is_called_by_two(self) -> None:
        """Conversations with different people stay apart"""
        bob, carol, dave = (self.msn(name) for name in ("bob", "carol", "dave"))
        carols, daves = carol.open_switchboard(), dave.open_switchboard()
        carols.call(BOB)
        daves.call(BOB)
        first, second = bob.answer(), bob.answer()
        carols.expect_joined(BOB)
        daves.expect_joined(BOB)
        carols.say("from carol")
        daves.say("from dave")
        self.assertEqual([first.texts(), second.texts()], [["from carol"], ["from dave"]])


if __name__ == "__main__":
    unittest.main()
