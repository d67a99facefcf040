"""What holds around every test of a daemon, whatever the test itself is about."""


class Guard:
    """One such thing. Each test has its own; AssertionError where it does not hold."""

    def __init__(self, case):
        self.case = case

    def begin(self) -> None:
        """The daemon runs, its canaries are there, nobody else has come."""

    def end(self) -> None:
        """The test is over, its clients are still connected."""

    def settled(self) -> None:
        """All clients of the test have gone."""

    def stopped(self) -> None:
        """The daemon has ended, and all that it said is there."""
