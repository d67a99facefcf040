"""The daemon as MSN server: contact lists, groups, privacy and names, in the words of each generation."""

import unittest

from harness.bridge import LOBBY, BridgeCase, person
from harness.case import configured

FORWARD, ALLOW, BLOCK, REVERSE = 1, 2, 4, 8
OLD, NUMBERED, BY_GUID = (2, 5, 6), (7, 8, 9), (10, 11, 12)


class ListCase(BridgeCase):
    """bob edits; carol is there to be put on lists."""

    def setUp(self) -> None:
        super().setUp()
        self.carol = self.msn("carol")

    def each_dialect(self, dialects):
        """bob, with each of these dialects: a fresh account each time."""
        for dialect in dialects:
            with self.subTest(dialect):
                yield self.msn(f"bob{dialect}", dialect=dialect)

    def error(self, client, verb: str, *params) -> str:
        """The error that a command is answered with; afterwards the session must still be there."""
        answer = client.request(verb, *params)
        client.barrier()
        return answer.verb if answer.is_error else ""


class SynchronizeTest(ListCase):
    """SYN: the whole list."""

    def test_new_account_has_the_rooms(self) -> None:
        """`rooms_on_contact_list`: a new account has the configured rooms on its list, in each dialect"""
        for bob in self.each_dialect(range(2, 13)):
            self.assertEqual(bob.contacts[LOBBY].lists & FORWARD, FORWARD)
            self.assertEqual(bob.contacts[LOBBY].name, "#lobby")

    @configured({"msn": {"rooms_on_contact_list": False}})
    def test_rooms_can_be_left_out(self) -> None:
        """... unless the configuration says otherwise; an empty list ends as well"""
        for bob in self.each_dialect((2, 8, 12)):
            self.assertNotIn(LOBBY, bob.contacts)
            bob.barrier()

    def test_list_survives_another_dialect(self) -> None:
        """What one client stored, another of any generation is shown."""
        self.make_legacy_account("bob@example.com", "secret")
        bob = self.msn("bob", dialect=12)
        bob.add("FL", "carol@example.com")
        bob.add("AL", "carol@example.com")
        bob.add("BL", person("mal"))
        for dialect in range(2, 13):
            with self.subTest(dialect):
                again = self.msn("bob", dialect=dialect)
                self.assertEqual(again.contacts["carol@example.com"].lists & 7, FORWARD | ALLOW)

    def test_settings_are_kept(self) -> None:
        """GTC, BLP and phone numbers are shown by SYN"""
        bob = self.msn("bob", dialect=8)
        bob.request("GTC", "N")
        bob.request("BLP", "BL")
        bob.request("PRP", "PHH", "123%204567")
        again = self.msn_client("bob", dialect=8).log_in()
        again.command("SYN", "0")
        lines = [str(line) for line in again.barrier()]
        for line in ("GTC N", "BLP BL", "PRP PHH 123%204567"):
            self.assertIn(line, lines)

    def test_list_is_sent_whole_whatever_the_client_has(self) -> None:
        """A version or time that a client kept, even the present one, makes no difference: it gets the list"""
        bob = self.msn("bob", dialect=8)
        version = bob.request("SYN", "0").params[1]
        for kept in (version, "0", "99999"):
            bob.contacts = {}
            bob.command("SYN", kept)
            bob.barrier()
            self.assertIn(LOBBY, bob.contacts, kept)

    def test_lists_on_request(self) -> None:
        """MSNP2 to 7: LST of one list"""
        for bob in self.each_dialect((2, 7)):
            trid = bob.command("LST", "FL")
            lines = [line for line in bob.barrier() if line.verb == "LST"]
            self.assertEqual({line.params[0] for line in lines}, {trid})
            self.assertIn(LOBBY, [line.params[5] for line in lines if len(line.params) > 5])

    def test_somebody_unknown_is_pending(self) -> None:
        """somebody added me whom I neither allow nor block: RL, and the list says so at the next login"""
        for dialect in (8, 12):
            with self.subTest(dialect):
                self.msn(f"bob{dialect}", dialect=dialect).send("OUT")
                self.carol.add("FL", f"bob{dialect}@example.com")
                again = self.msn(f"bob{dialect}", dialect=dialect)
                self.assertEqual(again.contacts["carol@example.com"].lists & REVERSE, REVERSE)


class EditTest(ListCase):
    """ADD, ADC, REM."""

    def test_adding_and_removing(self) -> None:
        """ADD FL, AL, BL and REM of them, in each dialect; the version of the list grows up to MSNP9"""
        for bob in self.each_dialect(range(2, 13)):
            versions = []
            for which in ("FL", "AL"):
                answer = bob.add(which, "carol@example.com")
                self.assertFalse(answer.is_error, answer)
                versions.append(answer)
            self.assertEqual(bob.synchronize()["carol@example.com"].lists & 7, FORWARD | ALLOW)
            bob.block("carol@example.com")
            self.assertEqual(bob.synchronize()["carol@example.com"].lists & 7, FORWARD | BLOCK)
            self.assertFalse(bob.remove("FL", "carol@example.com").is_error)
            self.assertFalse(bob.remove("BL", "carol@example.com").is_error)
            contact = bob.synchronize().get("carol@example.com")
            self.assertFalse(contact and contact.lists & 7, contact)
            if bob.dialect < 10:
                self.assertLess(int(versions[0].params[2]), int(versions[1].params[2]))

    def test_refusals(self) -> None:
        """215 twice, 216 not there, 219 opposite list, 201 no handle, 205 or 208 nobody, 201 no list"""
        for bob in self.each_dialect((2, 8, 9, 12)):
            unknown = "208" if bob.has_guids else "205"
            bob.add("FL", "carol@example.com")
            bob.add("AL", "carol@example.com")
            self.assertEqual(bob.add("FL", "carol@example.com").verb, "215")
            self.assertEqual(bob.add("BL", "carol@example.com").verb, "219")
            self.assertEqual(bob.add("FL", "nobody@example.com").verb, unknown)
            self.assertEqual(bob.add("FL", "nowhere@rooms.irc.lab.test").verb, unknown)
            self.assertIn(bob.add("FL", "nonsense").verb, ("201", unknown))
            self.assertEqual(bob.remove("BL", "carol@example.com").verb, "216")
            for which in ("RL", "XL"):
                self.assertTrue(bob.add(which, "carol@example.com").is_error)
            self.assertTrue(bob.add("FL", bob.handle).is_error)
            bob.barrier()

    @configured({"msn": {"max_contacts": 3}})
    def test_full_list(self) -> None:
        """`max_contacts`: 210"""
        names = [self.irc(f"friend{number}").nick for number in range(4)]
        bob = self.msn("bob")
        answers = [bob.add("FL", person(name)).verb for name in names]  # the lobby is there already
        self.assertEqual(answers, ["ADC", "ADC", "210", "210"])

    def test_people_on_irc_and_rooms_can_be_added(self) -> None:
        """anybody on IRC, there or not, and every room that is not secret"""
        self.irc("ana", "#crew")
        bob = self.msn("bob")
        for handle in (person("ana"), person("somebody"), "crew@rooms.irc.lab.test"):
            self.assertEqual(bob.add("FL", handle).verb, "ADC", handle)


class GroupTest(ListCase):
    """ADG, REG, RMG, and contacts in groups."""

    def test_numbered_groups(self) -> None:
        """MSNP7 to 9: groups have numbers, and group 0 is always there"""
        for bob in self.each_dialect(NUMBERED):
            added = bob.request("ADG", "My%20friends", "0")
            self.assertEqual(added.name(2), "My friends")
            number = added.params[3]
            self.assertFalse(bob.request("ADD", "FL", "carol@example.com", "Carol", number).is_error)
            self.assertIn(number, bob.synchronize()["carol@example.com"].groups)
            self.assertEqual(bob.request("REG", number, "Pals", "0").name(3), "Pals")
            self.assertFalse(bob.request("RMG", number).is_error)
            self.assertEqual(self.error(bob, "RMG", "0"), "230")
            self.assertEqual(self.error(bob, "RMG", "77"), "224")
            self.assertEqual(self.error(bob, "ADD", "FL", "carol@example.com", "Carol", "77"), "231")

    def test_groups_by_guid(self) -> None:
        """MSNP10 to 12: groups have GUIDs"""
        for bob in self.each_dialect(BY_GUID):
            added = bob.request("ADG", "My%20friends")
            self.assertEqual(added.name(1), "My friends")
            group = added.params[2]
            bob.add("FL", "carol@example.com")
            contact = bob.contacts["carol@example.com"].guid
            self.assertFalse(bob.request("ADC", "FL", f"C={contact}", group).is_error)
            self.assertIn(group, bob.synchronize()["carol@example.com"].groups)
            self.assertFalse(bob.request("REM", "FL", contact, group).is_error)
            self.assertNotIn(group, bob.synchronize()["carol@example.com"].groups)
            self.assertFalse(bob.request("REG", group, "Pals").is_error)
            self.assertFalse(bob.request("RMG", group).is_error)
            self.assertEqual(self.error(bob, "RMG", group), "224")

    @configured({"msn": {"max_groups": 2}})
    def test_too_many_groups(self) -> None:
        """`max_groups`: 223; a name that is too long: 229; one that is taken: 228"""
        bob = self.msn("bob")
        self.assertFalse(bob.request("ADG", "One").is_error)
        self.assertEqual(self.error(bob, "ADG", "One"), "228")
        self.assertEqual(self.error(bob, "ADG", "x" * 200), "229")
        self.assertFalse(bob.request("ADG", "Two").is_error)
        self.assertEqual(self.error(bob, "ADG", "Three"), "223")


class NameTest(ListCase):
    """Names and numbers."""

    def test_own_name(self) -> None:
        """REA and PRP MFN: percent-coded both ways, controls removed, 209 for none"""
        for bob in self.each_dialect((2, 8, 9, 10, 12)):
            answer = bob.rename("Bob & Söhne 100%")
            self.assertEqual(answer.name(3 if bob.dialect < 10 else 2), "Bob & Söhne 100%")
            hostile = bob.rename("x\r\nQUIT :pwn\x00\x1b[2J")
            self.assertNotIn("\n", hostile.name(3 if bob.dialect < 10 else 2))
            self.assertEqual(bob.rename("\r\n").verb, "209")
            self.assertEqual(bob.rename("x" * 400).verb, "209")

    def test_own_name_is_told_to_contacts(self) -> None:
        """... NLN with the new name"""
        bob = self.msn("bob")
        self.carol.add("FL", "bob@example.com")
        bob.rename("Roberto")
        line = self.carol.expect("NLN", "NLN", "bob@example.com", where=lambda command: command.name(2) == "Roberto")
        self.assertEqual(line.name(2), "Roberto")

    def test_name_for_a_contact(self) -> None:
        """REA and SBP of somebody else: what I call them, kept on my list"""
        bob = self.msn("bob8", dialect=8)
        bob.add("FL", "carol@example.com")
        self.assertFalse(bob.request("REA", "carol@example.com", "My%20Carol").is_error)
        self.assertEqual(bob.synchronize()["carol@example.com"].name, "My Carol")
        bob = self.msn("bob12", dialect=12)
        bob.add("FL", "carol@example.com")
        guid = bob.contacts["carol@example.com"].guid
        self.assertFalse(bob.request("SBP", guid, "MFN", "My%20Carol").is_error)
        self.assertEqual(bob.synchronize()["carol@example.com"].name, "My Carol")
        self.assertEqual(self.error(bob, "SBP", "no-guid", "MFN", "x"), "216")

    def test_phone_numbers(self) -> None:
        """PRP, and BPR to friends"""
        bob = self.msn("bob", dialect=8)
        self.carol.add("FL", "bob@example.com")
        self.assertEqual(bob.request("PRP", "PHM", "555%200100").name(3), "555 0100")
        line = self.carol.expect("BPR", "bob@example.com", "PHM")
        self.assertEqual(line.name(2), "555 0100")
        self.assertEqual(self.error(bob, "PRP", "XXX", "1"), "201")
        self.assertEqual(self.error(bob, "PRP", "PHM", "5" * 400), "201")

    def test_modes(self) -> None:
        """BLP and GTC: 218 for what is so already, 201 for what is no mode"""
        for bob in self.each_dialect((2, 8, 12)):
            self.assertEqual(self.error(bob, "BLP", "AL"), "218")
            self.assertEqual(self.error(bob, "BLP", "BL"), "")
            self.assertEqual(self.error(bob, "GTC", "N"), "")
            self.assertEqual(self.error(bob, "GTC", "X"), "201")
            self.assertEqual(self.error(bob, "BLP", "XX"), "201")

    def test_only_allowed_people_see_and_call(self) -> None:
        """`BLP BL`: only those on AL see me and can call me"""
        bob = self.msn("bob")
        self.carol.add("FL", "bob@example.com")
        self.carol.expect("ILN", None, "NLN", "bob@example.com")
        bob.request("BLP", "BL")
        self.carol.expect("FLN", "bob@example.com")
        self.assertEqual(self.carol.open_switchboard().request("CAL", "bob@example.com").verb, "217")
        bob.add("AL", "carol@example.com")
        self.carol.expect("NLN", "NLN", "bob@example.com")
        self.carol.open_switchboard().call("bob@example.com")


if __name__ == "__main__":
    unittest.main()
