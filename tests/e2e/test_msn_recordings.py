"""The recorded clients, real ones among them, played to the daemon: each conversation goes on to its end.

Where the daemon's answers differ from those of the recorded server on purpose, the test says so, and why. Not played
are recordings of the recorded server's own faults and of its IRC side, and dialects beyond MSNP12.
"""

import re
import unittest
from collections import Counter

from harness.bridge import BridgeCase
from harness.recording import scene
from harness.replay import PASSWORD, Replay

LONELY = "sb: MSG ACK -> NAK"  # a message in an empty switchboard: nobody has got it, whatever the recorded server says
AGAIN = "ns: ADD ADD -> 215"  # somebody who is on the list already: 215, as with MSN's own servers
SAME_MODE = "ns: BLP BLP -> 218"  # a mode that is set already: 218, as with MSN's own servers; clients take it as done
RINGS = "sb: CAL CAL -> 215"  # somebody whose client is ringing for this very call: once is enough


class RecordingTest(BridgeCase):
    """A scene is a directory of tests/data/msn-sessions."""

    def check(self, name: str, *meant: str) -> None:
        """Plays a scene. `meant` are differences that may be."""
        recordings = [recording for recording in scene(name) if recording.handle and recording.dialect <= 12]
        self.assertTrue(recordings, f"no recordings of {name}")
        for handle in self.handles_in(recordings):
            self.make_legacy_account(handle, PASSWORD)
        differences = Counter(Replay(self.daemon, recordings).play())
        self.assertLessEqual(set(differences), set(meant), differences)

    def handles_in(self, recordings) -> set[str]:
        """Everybody's who takes part or is spoken of."""
        steps = (step for recording in recordings for step in recording.steps if step.from_client)
        words = {word for step in steps for word in step.words}
        return {word.removeprefix("N=") for word in words if re.fullmatch(r"(N=)?[a-z]+@example\.com", word)}

    def test_twisted(self) -> None:
        """Twisted 10.2 (MSNP8): login, list, text, typing, a third person, file offers"""
        self.check("twisted/conversation", AGAIN)

    def test_twisted_as_released(self) -> None:
        """... without the changes it needed for the recorded server, which sent it away or did not ring"""
        self.check("twisted/unpatched", "sb: CAL 217 -> CAL", "ns: XFR 913 -> XFR")
        self.check("twisted/unpatched-ring", AGAIN)

    def test_twisted_15(self) -> None:
        """Twisted 15.5, whose own login is broken, and those it would have talked to"""
        self.check("twisted/15.5.0-login-broken")

    def test_bitlbee(self) -> None:
        """BitlBee 1.2.8 (MSNP8): text, typing, nudge, file offer, groups it began and was called into"""
        self.check("bitlbee-1.2.8")

    def test_pidgin(self) -> None:
        """Pidgin's msnp9 plugin: the same, with MSNSLP"""
        self.check("purple-msnp9", SAME_MODE)

    def test_pidgin_file_transfers(self) -> None:
        """Two of them send each other files through a switchboard: every packet arrives as it was sent"""
        self.check("purple-msnp9-p2p", SAME_MODE)

    def test_logins(self) -> None:
        """Logins with MSNP2 to MSNP12"""
        self.check("escargot/00-login-sweep")

    def test_conversation_of_msnp8(self) -> None:
        """Contacts, presence, switchboards, a group, file offers: three accounts with MSNP8"""
        self.check("escargot/10-msnp8-conversation", LONELY)

    def test_conversation_of_msnp7(self) -> None:
        """... with MSNP7 and MD5"""
        self.check("escargot/11-msnp7-md5-conversation", LONELY)

    def test_conversation_of_msnp12(self) -> None:
        """... with MSNP12"""
        self.check("escargot/12-msnp12-conversation", LONELY)

    def test_conversation_of_msnp2_8_and_11(self) -> None:
        """... with three generations"""
        self.check("escargot/13-mixed-msnp2-msnp8-msnp11", LONELY)

    def test_conversation_of_msnp9_and_10(self) -> None:
        """... with two more"""
        self.check("escargot/14-msnp9-msnp10-conversation", LONELY)

    def test_order(self) -> None:
        """Calls that cross, and people who come and go quickly"""
        self.check("escargot/21-order")

    def test_unanswered_call(self) -> None:
        """Somebody who does not answer, and then does"""
        self.check("escargot/22-no-answer", LONELY, RINGS)

    def test_idle_conversation(self) -> None:
        """A conversation that was silent for minutes"""
        self.check("escargot/40-idle")


if __name__ == "__main__":
    unittest.main()
