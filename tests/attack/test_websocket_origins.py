"""Attack case H01: which pages may connect over WebSocket."""

import signal
import unittest

from harness.case import configured
from harness.websocket import ORIGIN, WebsocketCase, upgrade_request

OTHER_PAGES = (
    "https://evil.test",
    "null",
    "https://chat.lab.test.evil.test",
    "https://chat.lab.test:444",
    "http://chat.lab.test",
)


class OriginTest(WebsocketCase):
    """H01: which pages may connect."""

    def status_for(self, origin: str | None) -> str:
        return self.answer_to(upgrade_request({"Origin": origin}))

    def test_H01_other_pages_are_refused(self) -> None:
        for origin in (*OTHER_PAGES, None):
            with self.subTest(origin=origin):
                self.assertEqual(self.status_for(origin), "403")
        self.web().register("ana")

    @configured({"irc.websocket": {**WebsocketCase.config["irc.websocket"], "allow_missing_origin": True}})
    def test_H01_programs_may_be_let_in(self) -> None:
        """Who names no page can be allowed; a page that is not listed still cannot."""
        self.web(headers={"Origin": None}).register("ana")
        for origin in OTHER_PAGES:
            self.assertEqual(self.status_for(origin), "403")

    def test_H01_the_list_is_read_again(self) -> None:
        """SIGHUP: the new page can connect, the old one no more, and who is there stays."""
        ana = self.web().register("ana")
        self.daemon.rewrite({"irc.websocket": {**self.daemon.config["irc.websocket"], "origins": [OTHER_PAGES[0]]}})
        mark = self.daemon.log.mark()
        self.daemon.signal(signal.SIGHUP)
        self.daemon.log.wait_for("configuration reloaded", after=mark)
        self.web(headers={"Origin": OTHER_PAGES[0]}).register("bob")
        self.assertEqual(self.status_for(ORIGIN), "403")
        self.assert_still_served(ana)


if __name__ == "__main__":
    unittest.main()
