#!/usr/bin/python3
"""The table of all attack cases, docs/attack-cases.md, made of cases.csv, the tests, and records of their runs.

    tests/attack/table.py RECORD...   writes the table; a record is what `tests/attack/run --record` has written
    tests/attack/table.py --check     fails when a case has neither a test nor a reason, or a test names no case
"""

import csv
import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).resolve().parent.parent
CASES = TESTS / "attack" / "cases.csv"
TABLE = TESTS.parent / "docs" / "attack-cases.md"
METHOD = re.compile(r"^    def (test_(?:[A-Z]\d\d_)+\w*)\(", re.MULTILINE)
SEVERITIES = {"C": "critical", "H": "high", "M": "medium", "L": "low"}
HEAD = """# Attack cases

What is done to the gateway on purpose, by people who mean harm and by a host that fails, and what became of it. Every
case is one or more methods `test_<id>_…` of the modules named; besides what it is about, each checks that others are
served meanwhile, that memory, descriptors and processor come back, that the log is clean, and that nothing is weaker
afterwards (`tests/attack/invariants.py`). `tests/attack/table.py` writes this page. Under a sanitizer a few cannot be
done, mostly those in which a library comes between the gateway and its disk, or memory is counted.

{summary}

| case | severity | part | what is done | {builds} | tests |
|---|---|---|---|{rules}|---|
"""


class Case(NamedTuple):
    """A line of cases.csv; `reason` says why there is no test."""

    id: str
    severity: str
    component: str
    title: str
    reason: str


def known_cases(text: str) -> list[Case]:
    return [Case(**row) for row in csv.DictReader(text.splitlines())]


def ids_of(method: str) -> list[str]:
    """The cases that a method is named after."""
    prefix = re.match(r"test((?:_[A-Z]\d\d)*)_", method)
    return prefix[1].split("_")[1:] if prefix else []


def known_tests(files) -> dict[str, dict[str, list[str]]]:
    """Case to module to methods."""
    found: dict = defaultdict(lambda: defaultdict(list))
    for file in files:
        for method in METHOD.findall(file.read_text(encoding="utf-8")):
            for case in ids_of(method):
                found[case][file.stem].append(method)
    return found


def problems(cases: list[Case], tests: dict) -> list[str]:
    """Cases that nobody tests or excuses, and tests of cases that are none."""
    ids = {case.id for case in cases}
    found = [f"no test and no reason: {case.id} {case.title}" for case in cases if not (case.reason or case.id in tests)]
    found += [f"{', '.join(modules)}: there is no case {id}" for id, modules in sorted(tests.items()) if id not in ids]
    return found + [f"a test and a reason for none: {case.id}" for case in cases if case.reason and case.id in tests]


def outcomes(lines) -> dict[tuple[str, str], dict[str, str]]:
    """Module and method to build to what became of it the last time."""
    found: dict = defaultdict(dict)
    for line in map(json.loads, lines):
        found[line["module"], line["test"].rpartition(".")[2]][line["build"]] = line["outcome"]
    return found


def outcome(case: Case, tests: dict, became: dict, build: str) -> str:
    """What is to be said of a case in a build: the worst of its tests."""
    if case.reason:
        return case.reason
    if case.id not in tests:
        return "open"
    methods = [(module, method) for module, names in tests[case.id].items() for method in names]
    said = {became.get(method, {}).get(build, "not run") for method in methods}
    if said == {"passed", "skipped"}:
        return "passed in part"
    return next(word for word in ("failed", "not run", "skipped", "passed") if word in said)


def summary(cases: list[Case], tests: dict, became: dict, build: str) -> str:
    """How many came to what, in one build."""
    count: dict = defaultdict(int)
    for case in cases:
        count[outcome(case, tests, became, build).partition(":")[0]] += 1
    return f"* {build}: {len(cases)} cases: " + ", ".join(f"{number} {said}" for said, number in sorted(count.items()))


def row(case: Case, tests: dict, became: dict, builds: list[str]) -> str:
    """Its line; what is the same in all builds is said in each."""
    modules = ", ".join(f"`{module}`" for module in sorted(tests.get(case.id, {})))
    said = [outcome(case, tests, became, build) for build in builds]
    return "| " + " | ".join([case.id, SEVERITIES[case.severity], case.component, case.title, *said, modules]) + " |"


def table(cases: list[Case], tests: dict, became: dict) -> str:
    """The page."""
    builds = sorted({build for builds in became.values() for build in builds}) or ["none"]
    head = HEAD.format(
        builds=" | ".join(builds),
        rules="|".join("---" for _ in builds),
        summary="\n".join(summary(cases, tests, became, build) for build in builds),
    )
    return head + "\n".join(row(case, tests, became, builds) for case in cases) + "\n"


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 64
    cases = known_cases(CASES.read_text(encoding="utf-8"))
    tests = known_tests(sorted([*TESTS.glob("attack/test_*.py"), *TESTS.glob("e2e/test_*.py")]))
    if arguments == ["--check"]:
        wrong = problems(cases, tests)
        print("\n".join(wrong), file=sys.stderr)
        return 1 if wrong else 0
    lines = [line for record in arguments for line in Path(record).read_text(encoding="utf-8").splitlines()]
    TABLE.write_text(table(cases, tests, outcomes(lines)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
