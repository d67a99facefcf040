"""Attack cases of group D: parsing and states of the MSN notification server."""

import time
import unittest

from harness.bridge import MsnAttackCase
from harness.case import configured
from harness.client import Ended
from harness.machine import eventually, pass_time, patience, sanitizers
from harness.msn import MsnClient

MIB = 1024 * 1024
LITTLE = 1 * MIB  # what memory may grow by where nothing is to be kept; the allocator has its own steps
SLOWEST_CANARY = 1.0  # seconds


class ReaderTest(MsnAttackCase):
    """How bytes become commands."""

    def mal(self) -> MsnClient:
        return self.msn("mal")

    def assert_idle(self) -> None:
        """The daemon does not turn in circles."""
        before = self.daemon.cpu_seconds()
        pass_time(1.0)
        self.assertLess(self.daemon.cpu_seconds() - before, 0.3)

    def assert_small(self, before: int) -> None:
        if not sanitizers():
            self.assertLess(self.daemon.resident_bytes() - before, LITTLE)

    def test_D01_negative_payload_length(self) -> None:
        """Refused once, never read twice, and no loop."""
        for line in ("UUX 5 -11", "UUX 5 -10", "UUX 5 -1", "QRY 6 x -0", "UUX 5 -2147483648"):
            with self.subTest(line):
                mal = self.mal()
                mal.send(line)
                self.assert_closed(mal)
        switchboard = self.mal().open_switchboard()
        switchboard.send("MSG 1 N -13")
        self.assert_closed(switchboard)
        self.assert_idle()

    def test_D02_huge_payload_length(self) -> None:
        """Closed when the number is read, before any of the payload is kept."""
        before = self.daemon.resident_bytes()
        for length in ("4294967295", "2147483648", "99999999999999999999", "18446744073709551616", "100000"):
            with self.subTest(length):
                mal = self.mal()
                mal.send_until_closed(f"UUX 5 {length}\r\n".encode() + b"a" * MIB)
                self.assert_closed(mal)
        mal = self.mal()
        mal.send("QRY 8 PROD 18446744073709551616")
        self.assert_closed(mal)
        self.assert_small(before)
        self.assertGreater(self.msn_limit_hits("payload_size"), 0)

    def test_D03_length_that_is_no_plain_decimal(self) -> None:
        """All of them are refused the same way, and no payload is taken by guess."""
        for length in ("0x10", "+5", "5abc", "", "\u0665", "1e3", "-", "5 x"):
            with self.subTest(length):
                mal = self.mal()
                mal.send(f"UUX 5 {length}", "PNG")
                said = mal.read_to_end()
                self.assertNotIn("QNG", [command.verb for command in said])

    @configured({"msn": {"login_timeout": "1s"}})
    def test_D04_payload_that_never_completes_before_the_login(self) -> None:
        """A stranger's has until `login_timeout`."""
        stranger = self.msn_client("mal")
        stranger.negotiate()
        stranger.send_raw(b"UUX 5 100\r\n1234567890")
        self.assert_closed(stranger)

    @configured({"msn": {"silence_timeout": "1s"}})
    def test_D04_payload_that_never_completes(self) -> None:
        """Somebody who is signed in has until `silence_timeout`."""
        mal = self.mal()
        mal.send_raw(b"UUX 5 100\r\n1234567890")
        self.assert_closed(mal)
        self.msn_canary = self.msn("canary2").call("lobby@rooms.irc.lab.test")

    def test_D05_exact_length(self) -> None:
        """Exactly so many bytes belong to the payload, and a command inside it is none."""
        mal = self.mal()
        mal.send_raw(b"UUX 5 0\r\nPNG\r\n")
        mal.expect("UUX", "5", "0")
        mal.expect("QNG")
        mal.send_raw(b"UUX 6 12\r\nabc\r\nOUT\r\nxyPNG\r\n")
        mal.expect("UUX", "6", "0")
        mal.expect("QNG")
        switchboard = mal.open_switchboard()
        switchboard.send_raw(b"MSG 1 N 3\r\nabcOUT\r\n")
        self.assert_closed(switchboard, "NAK", "1")

    def test_D05_every_cut(self) -> None:
        """The same bytes in pieces of every size are the same commands."""
        data = b"UUX 7 7\r\nOUT\r\nxxPNG\r\nURL 8 INBOX\r\nPNG\r\n"
        for size in range(1, len(data) + 1):
            mal = self.msn(f"mal{size}") if size == 1 else mal
            for start in range(0, len(data), size):
                mal.send_raw(data[start : start + size])
            got = [mal.read().verb for _ in range(4)]
            self.assertEqual(got, ["UUX", "QNG", "URL", "QNG"], size)

    def test_D06_line_without_end(self) -> None:
        """Closed at the longest line, before and after the login."""
        before = self.daemon.resident_bytes()
        for client, name in ((self.mal(), "line_length"), (self.msn_client("mal2"), "")):
            client.send_until_closed(b"VER 1 " + b"A" * MIB)
            self.assert_closed(client)
            self.assertGreater(self.msn_limit_hits(name) if name else 1, 0)
        self.assert_small(before)

    def test_D07_line_ends(self) -> None:
        """LF alone is taken, empty lines are skipped; NUL, and CR inside a line, are not."""
        for data, taken in (
            (b"VER 1 MSNP12 CVR0\n", True),
            (b"VER 1 MSNP12 CVR0\r\r\n", True),
            (b"\r\n" * 1000 + b"VER 1 MSNP12 CVR0\r\n", True),
            (b"VER\x001 MSNP12 CVR0\r\n", False),
            (b"VER 1 MSNP12\rCVR0\r\n", False),
            (b"\r\n" * 20_000 + b"VER 1 MSNP12 CVR0\r\n", False),
        ):
            with self.subTest(data[-30:]):
                client = self.msn_client("mal")
                client.send_until_closed(data)
                if taken:
                    client.expect("VER", "1", "MSNP12")
                else:
                    self.assert_closed(client)


class StateTest(MsnAttackCase):
    """What may come when."""

    def test_D08_commands_before_the_login(self) -> None:
        """Closed, nothing is done, no key is given."""
        lines = ("ADL 1 0", "XFR 1 SB", "CHG 1 NLN 0", "PRP 1 MFN x", "CAL 1 canary@example.com", "SYN 1 0 0", "PNG")
        for line in (*lines, "RNG 1 2 3 4 5 6", "UUX 1 0", "ADC 1 FL N=canary@example.com", "USR 1 TWN S x"):
            for negotiated in (False, True):
                with self.subTest(f"{line} {negotiated}"):
                    client = self.msn_client("mal")
                    if negotiated:
                        client.negotiate()
                    client.send(line)
                    said = client.read_to_end()
                    self.assertNotIn("XFR", [command.verb for command in said])
                    self.assertTrue(all(command.is_error for command in said), said)

    def test_D09_versions(self) -> None:
        """The highest common dialect, or `VER 1 0` and the end; as many as a line may hold are too many"""
        client = self.msn_client("mal")
        client.send("VER 1 " + " ".join(f"MSNP{number}" for number in range(1000, 1500)))
        self.assert_closed(client)
        client = self.msn_client("mal")
        client.send("VER 0")
        self.assert_closed(client)

    def test_D10_transaction_identifiers(self) -> None:
        """Only a number of 32 bits is echoed; the same one twice, and 0, are the client's own business"""
        for trid in ("-1", "99999999999999999999", "x", "4294967296", "1;2", "%31"):
            with self.subTest(trid):
                client = self.msn_client("mal")
                client.send(f"VER {trid} MSNP12")
                self.assertEqual(client.read_to_end(), [])
        client = self.msn_client("mal")
        client.send("VER")
        self.assert_closed(client)
        mal = self.msn("mal")
        for trid in ("0", "0", "7", "7", "4294967295"):
            mal.send(f"URL {trid} INBOX")
            mal.expect("URL", trid)

    def test_D11_unknown_commands(self) -> None:
        """200 to somebody who is signed in; what is no verb at all closes"""
        mal = self.msn("mal")
        for verb in ("XXX", "NOT", "RNG", "USX", "CAL"):
            self.assertEqual(mal.request(verb).verb, "200", verb)
        mal.send(*(f"XXX {number}" for number in range(3000)))
        self.assert_kept(mal)
        for line in ("ver 1 MSNP12", "__class__ 1", "VERR 1", "V", "XXX", "\u00e4\u00f6\u00fc 1"):
            with self.subTest(line):
                client = self.msn("mal2")
                client.send(line)
                self.assert_closed(client)

    def test_D11_every_command_in_wrong_shapes_msnp2(self) -> None:
        """Each verb with nothing, little, and much: an error, an answer, or the end, and the server goes on"""
        self.send_wrong_shapes(dialect=2)

    def test_D11_every_command_in_wrong_shapes_msnp8(self) -> None:
        """The same"""
        self.send_wrong_shapes(dialect=8)

    def test_D11_every_command_in_wrong_shapes_msnp12(self) -> None:
        """The same"""
        self.send_wrong_shapes(dialect=12)

    def send_wrong_shapes(self, dialect: int) -> None:
        verbs = (
            "ACK ADC ADD ADG ADL ANS BLP BPR BYE CAL CHG CHL CVQ CVR FLN FND FQY GCF GTC ILN IMS INF IPG IRO JOI LKP "
            "LSG LST MSG NAK NLN NOT PAG PGD PNG PRP QNG QRY REA REG REM RMG RML RNG SBP SBS SDC SND SYN UBX URL USR "
            "UUN UUX VER XFR OUT"
        ).split()
        mal = self.msn(f"mal{dialect}", dialect=dialect)
        for verb in verbs:
            for params in ("", " 9", " 9 0", " 9" + " x" * 8 + " 0", " 9" + " 1" * 20):
                try:
                    mal.ask(verb + params)
                except (Ended, ConnectionError):
                    mal = self.msn(f"mal{dialect}", dialect=dialect)
        self.assert_kept(mal)

    def test_D13_xml_bombs(self) -> None:
        """A personal message that is no plain XML is shown as nothing of that; no entity is opened"""
        watcher = self.msn("watcher")
        mal = self.msn("mal")
        watcher.add("FL", mal.handle)
        entities = "".join(f'<!ENTITY a{n} "' + f"&a{n - 1};" * 10 + '">' for n in range(1, 10))
        before = self.daemon.resident_bytes()
        for text in (
            f'<!DOCTYPE lolz [<!ENTITY a0 "lol">{entities}]><Data><PSM>&a9;</PSM></Data>',
            '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><Data><PSM>&f;</PSM></Data>',
            "<Data>" + "<PSM>" * 1000,
            "<Data " + " ".join(f'a{n}="1"' for n in range(700)) + "><PSM>x</PSM></Data>",
            "not xml at all",
            "<Data><PSM>a&#13;&#10;KILL x :x&#0;&#x1b;</PSM></Data>",
            "<Data><PSM></PSM><CurrentMedia>\\0Music\\01\\0{0}%s%n\\0a\\0b</CurrentMedia></Data>",
            "",
        ):
            with self.subTest(text[:40]):
                mal.request("UUX", payload=text.encode())
                for command in watcher.barrier():  # the harness parses each UBX
                    self.assertNotIn(b"root:", command.payload)
                    self.assertNotIn(b"lollol", command.payload)
        self.assertLess(self.daemon.resident_bytes() - before, 8 * MIB * patience())

    def test_D14_bad_addresses(self) -> None:
        """Oneself, 300 bytes, two at signs, and worse: refused by number, and the list stays as it was"""
        mal = self.msn("mal")
        for handle in (mal.handle, "a" * 300 + "@x.org", "a@b@c", "@", "a@", "@b", "a%0D%0Ab@c", "a@b..c", "*@*"):
            with self.subTest(handle):
                self.assertTrue(mal.add("FL", handle).is_error)
        self.assertEqual(len(mal.synchronize()), 1)

    @configured({"msn": {"flood_burst": 60, "flood_rate": 10.0}})
    def test_D15_ping_flood(self) -> None:
        """100,000 PNGs at once: others do not wait, and answers come at the allowed rate"""
        mal = self.msn("mal")
        mal.socket.setblocking(False)
        try:
            mal.socket.send(b"PNG\r\n" * 100_000)
        except BlockingIOError:
            pass
        self.assertLess(self.worst_canary_delay(5), SLOWEST_CANARY * patience())
        self.assertGreater(self.msn_limit_hits("flood"), 0)

    def test_D16_status_flapping(self) -> None:
        """Many changes at once: watchers on both sides see one a second, and the last one last"""
        ana = self.irc("ana", "#lobby", caps=("away-notify",))
        mal = self.msn("mal")
        mal.call("lobby@rooms.irc.lab.test")
        watcher = self.msn("watcher")
        watcher.add("FL", mal.handle)
        watcher.barrier()
        started = time.monotonic()
        lines = [f"CHG {number} {('NLN', 'BSY')[number % 2]} 0" for number in range(100, 500)]
        mal.send(*lines, "CHG 500 LUN 0")
        mal.expect("CHG", "500")
        aways, shown = [""], []
        while aways[-1] != "Out to lunch":
            aways.append(ana.expect("AWAY").text)
        while shown[-1:] != ["LUN"]:
            shown.append(watcher.expect("NLN", None, mal.handle).params[0])
        seconds = time.monotonic() - started
        self.assertLessEqual(len(aways) - 1, seconds + 2)
        self.assertLessEqual(len(shown), seconds + 2)
        self.assertEqual([command for command in watcher.barrier() if command.verb == "NLN"], [])

    @configured({"msn": {"challenge": True}})
    def test_D17_challenge(self) -> None:
        """A wrong answer, an answer to nothing, one byte too few: 540, or an error, or waiting; never a crash"""
        mal = self.msn_client("mal").log_in()
        mal.synchronize()
        mal.change_status("NLN")
        self.assertEqual(mal.request("QRY", "PROD", payload=b"x" * 31).verb, "540")
        self.assert_closed(mal)
        lazy = self.msn_client("lazy").log_in()
        lazy.synchronize()
        lazy.change_status("NLN")
        self.assert_kept(lazy)

    def test_D18_picture_descriptions(self) -> None:
        """A client's description of its picture is passed on as it is, up to a limit, and breaks no line"""
        watcher = self.msn("watcher")
        mal = self.msn("mal")
        watcher.add("FL", mal.handle)
        for description in (
            "%3Cmsnobj%20Location%3D%22..%2F..%2Fetc%2Fpasswd%22",
            "%3Cmsnobj%20%22%22%22%00%0D%0A",
            "%",
            "%3Cmsnobj%20SHA1D%3D%22!!%22%2F%3E",
        ):
            with self.subTest(description):
                mal.send(f"CHG 50 NLN 0 {description}")
                self.assert_kept(mal)
                watcher.barrier()
        self.assertEqual(mal.request("CHG", "NLN", "0", "%3Cmsnobj" + "x" * 6000).verb, "201")
        watcher.barrier()

    def test_strangers_leave_nothing_behind(self) -> None:
        """Logins that are begun and dropped at every step leave no session"""
        before = self.counters()["patchcord_msn_connections"]
        for steps in range(3):
            for _ in range(10):
                client = self.msn_client("mal")
                if steps > 0:
                    client.negotiate()
                if steps > 1:
                    client.begin_login()
                client.close()
        eventually(lambda: self.counters()["patchcord_msn_connections"] == before, "the strangers are forgotten")


if __name__ == "__main__":
    unittest.main()
