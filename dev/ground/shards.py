"""Divide the tests of a tier among processes that run at the same time.

Nothing is measured before: the number of test methods is weight enough, and the longest go first.
"""

import ast
import os

# A process of Odoo with its browser, PostgreSQL's share and the sandbox: more of them than cores gain nothing.
MOST = 4
# A tour takes as long as several other tests.
TOUR = 8


def number(wanted=None):
    return wanted or max(1, min(MOST, os.cpu_count() or 1))


def of_classes(folder, shards):
    """:return: lists of names of test classes, none of them empty

    Tours stay together in one process: only the first browser test of a database pays for the assets.
    """
    found = [row for path in sorted(folder.glob("test_*.py")) for row in _classes(path)]
    tours = [name for name, _weight, tour in found if tour]
    start = sum(weight for _name, weight, tour in found if tour)
    return _divide([(name, weight) for name, weight, tour in found if not tour], shards, tours, start)


def of_files(folder, shards):
    """:return: lists of names of test modules, none of them empty"""
    rows = [(path.stem, sum(weight for _name, weight, _tour in _classes(path))) for path in folder.glob("test_*.py")]
    return _divide(sorted(rows), shards)


def rest_first(parts):
    """The first part is told what it is not to run: a test that no list has found runs there, and is not lost."""
    return [[f"-{name}" for part in parts[1:] for name in part], *parts[1:]]


def _divide(rows, shards, first=(), start=0):
    lists, sums = [list(first), *([] for _ in range(shards - 1))], [start] + [0] * (shards - 1)
    for name, weight in sorted(rows, key=lambda row: -row[1]):
        lightest = sums.index(min(sums))
        lists[lightest].append(name)
        sums[lightest] += weight
    return [names for names in lists if names]


def _classes(path):
    """(name, weight, whether it needs a browser) of each class with tests in a file."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.ClassDef) or not node.name.startswith("Test"):
            continue
        tests = sum(isinstance(part, ast.FunctionDef) and part.name.startswith("test") for part in node.body)
        tour = any(isinstance(base, ast.Name) and base.id == "HttpCase" for base in node.bases)
        # Two more for setting the class up; one that inherits all its tests has about a dozen.
        yield node.name, ((tests or 10) + 2) * (TOUR if tour else 1), tour
