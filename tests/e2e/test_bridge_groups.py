"""Asking people in, and conversations of three or more that are nobody's room."""

import unittest

from harness.bridge import LOBBY, BridgeCase, person
from harness.case import configured
from harness.client import of_command


class InvitationTest(BridgeCase):
    """Asking people in."""

    def test_irc_invites_msn_user_into_a_room(self) -> None:
        """IRC user `INVITE bob #lobby` | bob's client rings (`RNG`) with the room as caller; answering attaches it."""
        ana = self.irc("ana", "#lobby")
        witness = self.irc("wilma", "#lobby", caps=("invite-notify",))
        bob = self.msn("bob")
        ana.send("INVITE Bob #lobby")
        ana.expect("341", "ana", "Bob", "#lobby")
        ring = bob.wait_for_ring()
        self.assertEqual((ring.params[4], ring.name(5)), (LOBBY, "#lobby"))
        self.assertEqual(witness.expect("INVITE", "Bob", "#lobby").nick, "ana")
        chat = bob.answer(ring)
        self.assertIn(person("ana"), chat.present)
        self.assertIn(LOBBY, chat.present)
        ana.expect("JOIN", "#lobby", where=lambda message: message.nick == "Bob")
        ana.send("PRIVMSG #lobby :welcome")
        chat.expect_text("welcome", person("ana"))

    def test_irc_invites_msn_user_into_a_closed_room(self) -> None:
        """... and the invitation opens a room that is by invitation only"""
        ana = self.irc("ana", "#club")
        ana.ask("MODE #club +i")
        bob = self.msn("bob")
        ana.ask("INVITE Bob #club")
        bob.answer()
        ana.expect("JOIN", "#club", where=lambda message: message.nick == "Bob")

    @configured({"msn": {"ring_timeout": "1s"}})
    def test_invited_person_does_not_answer(self) -> None:
        """called person does not answer in 30 s | `FAIL INVITE NOT_ANSWERED bob :…`"""
        ana = self.irc("ana", "#lobby", caps=("standard-replies",))
        plain = self.irc("paula", "#lobby")
        bob = self.msn("bob")
        ana.ask("INVITE Bob #lobby")
        bob.wait_for_ring()
        ana.expect("FAIL", "INVITE", "NOT_ANSWERED", "Bob")
        plain.ask("INVITE Bob #lobby")
        plain.expect("NOTICE", where=lambda message: "Bob" in message.text)

    def test_invited_person_blocks(self) -> None:
        """called person ... blocks | `401`, or `FAIL INVITE`; and the blocking client does not ring"""
        ana = self.irc("ana", "#lobby", caps=("standard-replies",))
        bob = self.msn("bob")
        bob.add("BL", person("ana"))
        ana.send("INVITE Bob #lobby")
        answer = ana.expect_any(("401", "FAIL"))
        self.assertIn("Bob", answer.params)
        bob.barrier()
        self.assertFalse(bob.rings)

    def test_invited_person_is_offline(self) -> None:
        """called person is offline | `401`"""
        ana = self.irc("ana", "#lobby")
        self.assertTrue(of_command(ana.ask("INVITE nobody #lobby"), "401", "ana", "nobody"))

    def test_msn_calls_offline_people(self) -> None:
        """called person is offline | MSN: error `217`"""
        chat = self.msn("bob").open_switchboard()
        for handle in (person("nobody"), "nobody@example.com"):
            answer = chat.request("CAL", handle)
            self.assertEqual(answer.verb, "217", handle)

    def test_msn_member_calls_msn_friend_into_the_room(self) -> None:
        """A member of a room who calls somebody invites them: their client rings, and answering makes them a member."""
        ana = self.irc("ana", "#lobby")
        chat = self.msn("bob").call(LOBBY)
        carol = self.msn("carol")
        chat.call("carol@example.com")
        carol.answer()
        ana.expect("JOIN", "#lobby", where=lambda message: message.nick == "Carol")
        chat.expect_joined("carol@example.com")

    def test_msn_member_calls_irc_friend_into_the_room(self) -> None:
        """A member of a room who calls somebody on IRC invites them: `INVITE`."""
        ana = self.irc("ana")
        chat = self.msn("bob").call(LOBBY)
        chat.call(person("ana"))
        self.assertEqual(ana.expect("INVITE", "ana", "#lobby").nick, "Bob")


class GroupTest(BridgeCase):
    """Conversations of three or more that are nobody's room."""

    def query_of_bob_and_ana(self, caps=("standard-replies",)):
        ana = self.irc("ana", caps=caps)
        bob = self.msn("bob")
        chat = bob.call(person("ana"))
        chat.say("just us")
        ana.expect("PRIVMSG", "ana", "just us")
        return ana, bob, chat

    def group(self, caps=("standard-replies",)):
        """ana on IRC, bob and carol on MSN, and the channel in which ana finds herself."""
        ana, bob, chat = self.query_of_bob_and_ana(caps)
        carol = self.msn("carol")
        chat.call("carol@example.com")
        carols = carol.answer()
        join = ana.expect("JOIN", where=lambda message: message.nick == "ana")
        chat.expect_joined("carol@example.com")
        return ana, chat, carols, join.params[0]

    def test_query_becomes_a_group(self) -> None:
        """MSN user with an open 1:1 session calls a third person | the IRC user is sent `JOIN &slug` with the names
        list, and a `NOTE` says why; later messages of that session go to the channel"""
        ana, bob, chat = self.query_of_bob_and_ana()
        carol = self.msn("carol")
        chat.call("carol@example.com")
        self.assert_silent(ana, "JOIN", "NOTE")
        carols = carol.answer()
        self.assertEqual(set(carols.present), {"bob@example.com", person("ana")})
        note = ana.expect_any(("NOTE",))
        join = ana.expect("JOIN", where=lambda message: message.nick == "ana")
        channel = join.params[0]
        self.assertTrue(channel.startswith("&") and "bob" in channel.lower(), channel)
        self.assertIn(channel, note.params)
        names = ana.expect("353", "ana", None, channel).text.split()
        ana.expect("366", "ana", channel)
        later = {message.nick for message in of_command(ana.barrier(), "JOIN", channel)}
        self.assertEqual({name.lstrip("@+") for name in names} | later, {"ana", "Bob", "Carol"})
        chat.say("now three")
        self.assertEqual(ana.expect("PRIVMSG", channel, "now three").nick, "Bob")
        carols.expect_text("now three", "bob@example.com")

    def test_group_without_standard_replies_is_explained_by_a_notice(self) -> None:
        """... for clients without `standard-replies` the `NOTE` is a `NOTICE`"""
        ana, _, chat = self.query_of_bob_and_ana(caps=())
        carol = self.msn("carol")
        chat.call("carol@example.com")
        carol.answer()
        self.assertIn("Bob", ana.expect("NOTICE", "ana").text)
        ana.expect("JOIN", where=lambda message: message.nick == "ana")

    def test_all_three_hear_all(self) -> None:
        """ad-hoc conversation of three or more | channel `&<slug>` | switchboard session: text goes every way, once"""
        ana, bobs, carols, channel = self.group()
        ana.send(f"PRIVMSG {channel} :from ana")
        for chat in (bobs, carols):
            chat.expect_text("from ana", person("ana"))
        carols.say("from carol")
        bobs.expect_text("from carol", "carol@example.com")
        bobs.say("from bob")
        carols.expect_text("from bob", "bob@example.com")
        heard = [message.text for message in of_command(ana.barrier(), "PRIVMSG", channel)]
        self.assertEqual(heard, ["from carol", "from bob"])
        self.assertEqual(bobs.texts() + carols.texts(), [])

    def test_third_person_is_not_shown_what_was_said_before(self) -> None:
        """nothing ana wrote before is shown to carol, and ana knows of carol before anything else is relayed"""
        ana, bob, chat = self.query_of_bob_and_ana()
        ana.ask("PRIVMSG Bob :our secret")
        chat.expect_text("our secret")
        carol = self.msn("carol")
        chat.call("carol@example.com")
        carols = carol.answer()
        self.assertEqual(carols.texts(), [])
        chat.say("hello both")
        arrived = [message.command for message in ana.barrier()]
        self.assertLess(arrived.index("JOIN"), arrived.index("PRIVMSG"))

    def test_private_answer_does_not_reach_the_group(self) -> None:
        """A PRIVMSG to bob's nick stays between the two when the old query has become a group."""
        ana, bobs, carols, _ = self.group()
        ana.send("PRIVMSG Bob :only you")
        ana.barrier()
        second = bobs.owner.answer()
        second.expect_text("only you", person("ana"))
        self.assertEqual(carols.texts(), [])

    def test_irc_member_invites_into_the_group(self) -> None:
        """IRC user `INVITE carol &slug` | `CAL carol` in that session; her `JOI` shows as `JOIN &slug`"""
        ana, bobs, _, channel = self.group()
        dave = self.msn("dave")
        ana.send(f"INVITE Dave {channel}")
        ana.expect("341", "ana", "Dave", channel)
        ring = dave.wait_for_ring()
        self.assertEqual(ring.params[0], bobs.session_id)
        daves = dave.answer(ring)
        self.assertEqual(set(daves.present), {"bob@example.com", "carol@example.com", person("ana")})
        self.assertEqual(ana.expect("JOIN", channel, where=lambda message: message.nick == "Dave").nick, "Dave")
        bobs.expect_joined("dave@example.com")

    def test_msn_user_calls_an_irc_user_into_a_group(self) -> None:
        """MSN user calls an IRC user into a group session | if `auto_join` is on (default) they are joined at once"""
        _, bobs, carols, channel = self.group()
        zoe = self.irc("zoe", caps=("standard-replies",))
        bobs.call(person("zoe"))
        zoe.expect("NOTE", "JOIN")
        zoe.expect("JOIN", channel, where=lambda message: message.nick == "zoe")
        for chat in (bobs, carols):
            chat.expect_joined(person("zoe"))

    @configured({"msn": {"auto_join": False}})
    def test_without_auto_join_an_irc_user_is_invited(self) -> None:
        """... IRC user gets `INVITE nick &slug`, and comes with JOIN"""
        ana, bob, chat = self.query_of_bob_and_ana()
        carol = self.msn("carol")
        chat.call("carol@example.com")
        carol.answer()
        channel = ana.expect("INVITE", "ana").params[1]
        ana.send(f"JOIN {channel}")
        ana.expect("JOIN", channel)
        chat.say("there you are")
        ana.expect("PRIVMSG", channel, "there you are")

    def test_msn_pair_calls_an_irc_user(self) -> None:
        """MSN user calls an IRC user into a group session: two on MSN who talk, and a third on IRC"""
        bob, carol, ana = self.msn("bob"), self.msn("carol"), self.irc("ana", caps=("standard-replies",))
        bobs = bob.open_switchboard()
        bobs.call("carol@example.com")
        carols = carol.answer()
        bobs.expect_joined("carol@example.com")
        bobs.call(person("ana"))
        channel = ana.expect("JOIN", where=lambda message: message.nick == "ana").params[0]
        for chat in (bobs, carols):
            chat.expect_joined(person("ana"))
        carols.say("hello ana")
        self.assertEqual(ana.expect("PRIVMSG", channel, "hello ana").nick, "Carol")
        bobs.expect_text("hello ana", "carol@example.com")

    def test_group_ends_with_its_last_member(self) -> None:
        """`Group` that ends with its last member: who leaves is told to the others, and the channel is gone at last"""
        ana, bobs, carols, channel = self.group()
        carols.leave()
        ana.expect("PART", channel, where=lambda message: message.nick == "Carol")
        bobs.expect_left("carol@example.com")
        ana.send(f"PART {channel}")
        bobs.expect_left(person("ana"))
        bobs.leave()
        self.assertTrue(of_command(ana.ask(f"MODE {channel}"), "403"))

    def test_group_is_closed_to_others(self) -> None:
        """A group conversation is secret and by invitation only: nobody else finds it or comes in."""
        _, _, _, channel = self.group()
        mal = self.irc("mal")
        replies = mal.ask("LIST", f"JOIN {channel}", f"NAMES {channel}")
        self.assertEqual(of_command(replies, "322", "mal", channel), [])
        self.assertEqual(of_command(replies, "JOIN"), [])
        self.assertTrue(of_command(replies, "473", "mal", channel))

    def test_crossing_conversations_of_two_stay_apart(self) -> None:
        """two people talking | query | 1:1 switchboard session: ana's queries with bob and carol do not mix"""
        ana = self.irc("ana")
        bobs = self.msn("bob").call(person("ana"))
        carols = self.msn("carol").call(person("ana"))
        ana.ask("PRIVMSG Bob :for bob", "PRIVMSG Carol :for carol")
        self.assertEqual(bobs.texts(), ["for bob"])
        self.assertEqual(carols.texts(), ["for carol"])


if __name__ == "__main__":
    unittest.main()
