"""dev/i18n: i18n/account_netvisor.pot as Odoo exports it, and every .po file beside it brought in line.

A text that is new has no translation yet; one that was only reworded keeps the old translation, marked fuzzy, as a
start for the translator. Both are listed, and the command ends with 1 until there are none.
"""

import difflib
import os
import subprocess
import sys
from datetime import datetime, timezone

from .paths import GROUND, MODULE, ROOT, VENV_PYTHON

FOLDER = ROOT / "i18n"
POT = FOLDER / f"{MODULE}.pot"
SIMILAR = 0.7


def main(_arguments):
    from . import database, setup
    from .steps import run, step

    environment = setup.prepare()
    exported = GROUND / "i18n.pot"
    name = database.own("i18n")
    database.clone(database.module_template(), name)
    try:
        with step("Export the texts"):
            command = setup.odoo_command("i18n", "export", "-d", name, MODULE, "-l", "pot", "-o", exported)
            run(command, env=environment, log="i18n")
    finally:
        database.drop(name)
    # polib, with which Odoo itself reads and writes these files, is in Odoo's environment only
    merge = [str(VENV_PYTHON), "-m", "ground.translations", str(exported)]
    paths = f"{environment['PYTHONPATH']}{os.pathsep}{ROOT / 'dev'}"
    return subprocess.run(merge, env={**environment, "PYTHONPATH": paths}, check=False).returncode


def merge_all(exported):
    """:return: how many texts still need a translator"""
    import polib

    new = polib.pofile(exported)
    if not POT.exists() or _content(new) != _content(polib.pofile(str(POT))):
        new.save(str(POT))
    pot, open_texts = polib.pofile(str(POT)), 0
    for path in sorted(FOLDER.glob("*.po")):
        old = polib.pofile(str(path))
        merged = _merged(old, pot, polib)
        if _content(merged) != _content(old):
            merged.metadata["PO-Revision-Date"] = f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M+0000}"
            merged.save(str(path))
        missing = [entry for entry in merged if entry.fuzzy or not entry.msgstr]
        open_texts += len(missing)
        print(f"{path.name}: {len(merged)} texts, {len(missing)} without a translation")
        for entry in missing:
            print(f"  {'reworded' if entry.fuzzy else 'new'}: {entry.msgid!r}")
    return open_texts


def _merged(old, pot, polib):
    """The translations of ``old`` for the texts of ``pot``, in its order."""
    known = {entry.msgid: entry for entry in old if not entry.obsolete}
    gone = [text for text, entry in known.items() if entry.msgstr and pot.find(text) is None]
    result = polib.POFile()
    result.header, result.metadata = old.header, dict(old.metadata)
    for source in pot:
        entry = polib.POEntry(msgid=source.msgid, comment=source.comment, occurrences=source.occurrences)
        if before := known.get(source.msgid):
            entry.msgstr, entry.tcomment, entry.flags = before.msgstr, before.tcomment, before.flags
            entry.previous_msgid = before.previous_msgid
        elif similar := difflib.get_close_matches(source.msgid, gone, 1, SIMILAR):
            entry.msgstr, entry.previous_msgid, entry.flags = known[similar[0]].msgstr, similar[0], ["fuzzy"]
        result.append(entry)
    return result


def _content(file):
    """What counts in a file: everything but the dates in its header."""
    return [(e.msgid, e.msgstr, e.comment, e.tcomment, sorted(e.occurrences), e.flags) for e in file if not e.obsolete]


if __name__ == "__main__":
    sys.exit(1 if merge_all(sys.argv[1]) else 0)
