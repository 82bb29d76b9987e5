"""dev/lint: ruff, pylint-odoo and the house rules that no tool knows. Silent when all is well.

--fix lets ruff mend and format what it can.
"""

import ast
import os
import re
import subprocess

from .paths import ROOT, VENV_PYTHON
from .setup import prepare_python

LONGEST_FILE = 400
# folder -> packages that may not be imported there, and why
WITHOUT_ODOO = "this folder works without Odoo"
THIN_MODELS = "XML and HTTP belong into netvisor/"
FORBIDDEN = {
    "netvisor": ({"odoo"}, WITHOUT_ODOO),
    "sandbox": ({"odoo"}, WITHOUT_ODOO),
    "models": ({"lxml", "requests"}, THIN_MODELS),
    "wizards": ({"lxml", "requests"}, THIN_MODELS),
    "": ({"lxml", "requests"}, THIN_MODELS),  # the root's own files
}
ENGINE = "models/netvisor_engine.py"
# The database's commit; the engine's steps call Run.commit, which is defined in that one file.
COMMIT = re.compile(r"\bcr\.commit\(|_commit_progress\(")


def main(arguments):
    prepare_python()
    fix = "--fix" in arguments
    files = _own_files()
    python = [name for name in files if name.endswith(".py")]
    python += [name for name in files if _is_script(name)]
    short = ["--quiet", "--output-format", "concise"]
    ok = _tool("ruff", "check", *short, *(["--fix"] if fix else []), *python)
    ok &= _tool("ruff", "format", *short, *([] if fix else ["--check"]), *python)
    ok &= _tool("pylint", "--rcfile=pyproject.toml", *(name for name in python if _is_module(name)))
    findings = [finding for name in python for finding in _house_rules(name)]
    for finding in findings:
        print(finding)
    return 0 if ok and not findings else 1


def _own_files():
    """What is committed or could be: nothing that git ignores."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    names = sorted(set(filter(None, listing.split("\0"))))
    return [name for name in names if (ROOT / name).is_file()]


def _is_script(name):
    if not name.startswith("dev/") or "." in os.path.basename(name):
        return False
    with (ROOT / name).open("rb") as source:
        return b"python" in source.readline()


def _is_module(name):
    """pylint-odoo is about Odoo code; plain Python is ruff's alone."""
    return not name.startswith(("dev/", "netvisor/", "sandbox/", "tests/wire/", "tests/crash/"))


def _tool(*command):
    if len(command) < 3:
        return True
    return subprocess.run([str(VENV_PYTHON), "-m", *command], cwd=ROOT, check=False).returncode == 0


def _house_rules(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = text.splitlines()
    if len(lines) > LONGEST_FILE:
        yield f"{name}:{LONGEST_FILE + 1}: {len(lines)} lines; no file over {LONGEST_FILE}"
    folder = name.rpartition("/")[0].split("/")[0]
    if folder in FORBIDDEN:
        packages, why = FORBIDDEN[folder]
        for line, package in _imports(text):
            if package in packages:
                yield f"{name}:{line}: imports {package}; {why}"
    if folder not in ("tests", "dev", "netvisor", "sandbox") and name != ENGINE:
        for number, line in enumerate(lines, 1):
            if COMMIT.search(line.partition("#")[0]):
                yield f"{name}:{number}: commits; only {ENGINE} does"


def _imports(text):
    try:
        tree = ast.parse(text)
    except SyntaxError:  # ruff has said so
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, node.module.split(".")[0]
