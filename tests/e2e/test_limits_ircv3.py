"""The limits of what newer IRC clients do: each key of [irc] that says how much of it there may be."""

import unittest

from harness.accounts import log_in, make_account
from harness.case import DaemonCase, configured
from harness.client import of_command


class Ircv3LimitTest(DaemonCase):
    """One test for each key, or for keys that belong together."""

    @configured({"irc": {"metadata_keys": 1, "metadata_subs": 1, "metadata_value_bytes": 60}})
    def test_metadata(self) -> None:
        """One key more than there may be, one subscription more, and a longer value are refused by FAIL."""
        user = self.user("ana", caps=("batch", "draft/metadata-2"))
        user.send("METADATA * SET a :" + "v" * 60)
        user.expect("761")
        user.send("METADATA * SET b :x")
        user.expect("FAIL", "METADATA", "LIMIT_REACHED")
        user.send("METADATA * SET a :" + "v" * 61)
        user.expect("FAIL", "METADATA", "VALUE_INVALID")
        user.send("METADATA * SUB a b")
        user.expect("FAIL", "METADATA", "TOO_MANY_SUBS", "b")
        for limit in ("metadata_keys", "metadata_value", "metadata_subs"):
            self.assertEqual(self.limit_hits(limit), 1)

    @configured({"irc": {"multiline_bytes": 512, "multiline_lines": 3}})
    def test_multiline_bytes_and_lines(self) -> None:
        """A message of several lines with too many bytes or lines is FAIL with the limit; one less is none."""
        mal = self.user("mal", caps=("batch", "draft/multiline"))
        for texts, kind, limit in ((["x" * 300, "y" * 212], "bytes", "512"), (["z"] * 4, "lines", "3")):
            for refused, said in ((1, texts), (0, [texts[0], texts[1][1:], *texts[3:]])):
                lines = [f"@batch=1 PRIVMSG canary1 :{text}" for text in said]
                fails = of_command(mal.ask("BATCH +1 draft/multiline canary1", *lines, "BATCH -1"), "FAIL")
                shown = [reply.params[:3] for reply in fails]
                self.assertEqual(shown, [["BATCH", f"MULTILINE_MAX_{kind.upper()}", limit]] * refused)
            self.assertEqual(self.limit_hits(f"multiline_{kind}"), 1)

    @configured({"irc": {"max_sessions": 2}})
    def test_max_sessions(self) -> None:
        """One connection of an account more than there may be is closed, and the others stay."""
        make_account(self.daemon, "ana", "secret")
        first, _ = (log_in(self.visitor(), "ana", "secret") for _ in range(2))
        third = self.visitor()
        third.send("PASS ana:secret", "NICK ana", "USER ana 0 * :Ana")
        third.expect("ERROR", where=lambda line: "Too many connections of this account" in line.text)
        self.assertEqual(self.limit_hits("sessions"), 1)
        first.barrier()


if __name__ == "__main__":
    unittest.main()
