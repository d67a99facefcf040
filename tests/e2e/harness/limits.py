"""Whether the tests keep up with the configuration."""

import tomllib

from .machine import REPOSITORY


def untested_limits(section: str, tests, no_limits: set[str], parts: dict[str, str]) -> set[str]:
    """The keys of a table of gateway.toml.example that no test is named after, but for those that are no limits.

    `parts` says which keys are tested together, under another name than their own.
    """
    example = tomllib.loads((REPOSITORY / "gateway.toml.example").read_text())
    keys = {key for key, value in example[section].items() if not isinstance(value, dict)}
    return {key for key in keys - no_limits if f"test_{parts.get(key, key)}" not in tests}
