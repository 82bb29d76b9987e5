"""The page at /: what a company's books hold, for a person who has no Netvisor to look at."""

import html
from urllib.parse import urlencode

from . import page_sections
from .exchange import Reply
from .page_sections import safe
from .page_words import words
from .store import Books

STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: #71639e; }
* { box-sizing: border-box }
body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; padding: 0 1rem 3rem; max-width: 72rem }
h1 { font-size: 1.3rem; margin: 1rem 0 .2rem } h2 { font-size: 1.05rem; margin: 1.6rem 0 .4rem }
p.note { margin: 0 0 .8rem; opacity: .75; max-width: 44rem }
nav { display: flex; flex-wrap: wrap; gap: .2rem .9rem; padding: .35rem 0;
      border-bottom: 1px solid var(--line) }
nav a { text-decoration: none; padding: .2rem 0 } nav a.here { font-weight: 600;
      border-bottom: 2px solid var(--accent) }
a { color: var(--accent) } @media (prefers-color-scheme: dark) { a { color: #b9aee0 } }
.wide { overflow-x: auto } table { border-collapse: collapse; width: 100%; margin: .3rem 0 }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line);
         vertical-align: top }
th { font-weight: 600; font-size: .85rem; opacity: .8; white-space: nowrap }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
td.k { white-space: nowrap } .bad { color: #b3261e } .ok { color: #1b7f4b }
@media (prefers-color-scheme: dark) { .bad { color: #ff8a80 } .ok { color: #6fd3a0 } }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .3rem 0 }
dt { opacity: .75 } dd { margin: 0; overflow-wrap: anywhere }
@media (max-width: 560px) { dl { grid-template-columns: 1fr } dd { margin-bottom: .4rem }
  table.cards thead { display: none }
  table.cards tr { display: block; border-bottom: 1px solid var(--line); padding: .4rem 0 }
  table.cards td { display: flex; gap: 1rem; justify-content: space-between; border: 0; padding: .1rem 0;
                   text-align: right; white-space: normal; overflow-wrap: anywhere }
  table.cards td::before { content: attr(data-name); opacity: .75; text-align: left; flex: none }
  table.cards td:empty { display: none } }
"""
#: No script, nothing from elsewhere, not inside another page.
SAFE = (
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    ),
    ("Referrer-Policy", "no-referrer"),
)
SECTIONS = {
    "invoices": "Invoices",
    "customers": "Customers",
    "products": "Products",
    "dimensions": "Dimensions",
    "vouchers": "Vouchers",
    "calls": "Calls",
}


class View:
    """One look at the page: company, language, section; and how its parts are written."""

    def __init__(self, app, request):
        query = request.query
        self.app = app
        self.organisations = app.store.organisations()
        wanted = query.get("organisation", "")
        self.organisation = wanted if wanted in self.organisations else next(iter(self.organisations))
        self.books = Books(app.store, self.organisation)
        self.language = "fi" if query.get("lang") == "fi" else "en"
        self.section = query.get("section") if query.get("section") in SECTIONS else "invoices"
        self.key = int(query["key"]) if query.get("key", "").isdecimal() else None
        self.place = int(query["place"]) if query.get("place", "").isdecimal() else None
        self.below = int(query["below"]) if query.get("below", "").isdecimal() else 2**62
        self.words = words(self.language)

    def link(self, path="/", **values):
        given = {"organisation": self.organisation, "lang": self.language, **values}
        return html.escape(path + "?" + urlencode(given))

    def table(self, columns, rows):
        """A table of safe cells; ``columns`` = (title, numeric). Below 560 px each row is a card."""
        if not rows:
            return f"<p>{self.say('Nothing here yet.')}</p>"
        titles = [(self.say(title), ' class="n"' if numeric else "") for title, numeric in columns]
        head = "".join(f"<th{kind}>{title}</th>" for title, kind in titles)
        body = "".join(
            "<tr>"
            + "".join(
                f'<td{kind} data-name="{title}">{cell}</td>' for cell, (title, kind) in zip(row, titles, strict=True)
            )
            + "</tr>"
            for row in rows
        )
        return (
            f'<div class="wide"><table class="cards"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        )

    def say(self, text):
        return html.escape(self.words(text))


def serve(app, request):
    path = request.resource
    if request.method not in ("GET", "HEAD"):
        return Reply(405, b"Only for reading", "text/plain")
    if path not in ("/", "/attachment"):
        return Reply(404, b"Not found", "text/plain")
    view = View(app, request)
    if path == "/attachment":
        return _attachment(view)
    if view.section == "invoices" and view.key is not None:
        content = page_sections.invoice(view)
    else:
        content = page_sections.LISTS[view.section](view)
    return Reply(
        200,
        _frame(view, content).encode("utf-8", "replace"),
        "text/html; charset=utf-8",
        headers=SAFE,
    )


def _frame(view, content):
    name = view.organisations[view.organisation]
    companies = "".join(
        f'<a{_here(one == view.organisation)} href="{view.link(organisation=one, section=view.section)}">'
        f"{safe(title)} {safe(one)}</a>"
        for one, title in view.organisations.items()
    )
    sections = "".join(
        f'<a{_here(one == view.section)} href="{view.link(section=one)}">{view.say(title)}</a>'
        for one, title in SECTIONS.items()
    )
    other = "fi" if view.language == "en" else "en"
    switch = "Suomeksi" if other == "fi" else "In English"
    note = (
        "This is not Netvisor. It is a stand-in for trying things out: nothing here is real, nothing leaves "
        "this machine."
    )
    return (
        f'<!DOCTYPE html><html lang="{view.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{view.say('Netvisor sandbox')}: {safe(name)}</title><style>{STYLE}</style></head><body>"
        f"<h1>{view.say('Netvisor sandbox')}</h1><p class=note>{view.say(note)} "
        f'<a href="{view.link(lang=other, section=view.section)}">{switch}</a></p>'
        f'<nav aria-label="{view.say("Company")}">{companies}</nav><nav>{sections}</nav>{content}</body></html>'
    )


def _here(yes):
    return ' class="here" aria-current="page"' if yes else ""


def _attachment(view):
    """A stored file. Only what really is a PDF is shown in the browser; anything else is downloaded."""
    found = view.books.attachments(view.key, content=True) if view.key is not None else []
    if view.place is None or view.place >= len(found):
        return Reply(404, b"Not found", "text/plain")
    meta, content = found[view.place]
    pdf = meta["is_pdf"] and meta["mime_type"].lower() == "application/pdf"
    name = "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "_" for char in meta["filename"])
    disposition = f'{"inline" if pdf else "attachment"}; filename="{name[:100] or "file"}"'
    kind = "application/pdf" if pdf else "application/octet-stream"
    return Reply(200, content, kind, headers=(("Content-Disposition", disposition), SAFE[1]))
