"""Configuration as a dictionary of sections, and its TOML text."""

import copy
import json


def merged(*configs: dict) -> dict:
    """Sections of later configurations over those of earlier ones, key by key; an array of tables replaces."""
    result: dict = {}
    for config in configs:
        for section, content in config.items():
            if isinstance(content, dict):
                result.setdefault(section, {}).update(copy.deepcopy(content))
            else:
                result[section] = copy.deepcopy(content)
    return result


def to_toml(config: dict) -> str:
    """{"irc": {"sendq": "64 KiB"}, "room": [{"name": "lobby"}]} as TOML; a section is a table or a list of tables."""
    lines = []
    for section, content in config.items():
        tables = content if isinstance(content, list) else [content]
        for table in tables:
            lines.append(f"[[{section}]]" if isinstance(content, list) else f"[{section}]")
            lines += [f"{key} = {_value(value)}" for key, value in table.items()]
            lines.append("")
    return "\n".join(lines)


def _value(value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
