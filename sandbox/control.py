"""The control endpoint, /_control/…: JSON, for tests, the demo and the bench; no MAC, this machine only.

GET    ping                              {"sandbox": true}
GET    state?organisation=&parts=        the books of one company (parts: comma list of invoices, customers, …)
GET    calls?organisation=&resource=&limit=   the latest calls with what was sent
GET    organisations        POST  {"id", "name"}
GET    options?organisation=    POST  {"organisation"?, "options": {name: value or null}}     see defaults.OPTIONS
GET    faults    POST  {"kind", "resource"?, "times"?, "after"?, …}    DELETE       see faults.KINDS
POST   release                           let the held requests go on
GET    events                            how often which point was reached: {"stored salesinvoice.nv": 3, …}
GET    wait?event=&resource=&count=&timeout=   answers when the point was reached that often, or too late
POST   request {"organisation", "resource", "query"?, "body"?}    a call without MAC, faults and trace
POST   user    {"organisation", "action", …}    what a person does in Netvisor's own screens: see hands and hands_ledger
POST   seed    {"organisation", "customers"?, "products"?, "dimension_items"?, "names"?, "seed"?}   many at once
POST   reset   {"organisation"?}         empty the books of one company, or everything
"""

import json
from urllib.parse import parse_qsl

from . import hands, hands_ledger, seed, state
from .exchange import Reply
from .store import Books

ACTIONS = {**hands.ACTIONS, **hands_ledger.ACTIONS}


def _json(value, status=200):
    return Reply(status, json.dumps(value, ensure_ascii=False).encode("utf-8"), "application/json")


class _Wrong(Exception):
    pass


def serve(app, request):
    name = request.resource[len("/_control/") :].strip("/").lower()
    function = ENDPOINTS.get((request.method, name))
    if function is None:
        known = sorted(f"{method} /_control/{path}" for method, path in ENDPOINTS)
        return _json({"error": "unknown endpoint", "known": known}, 404)
    values = dict(parse_qsl(request.target.partition("?")[2]))
    try:
        if request.method == "POST":
            # A form on some web page cannot send this type without asking first.
            if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
                return _json({"error": "content type must be application/json"}, 415)
            values = json.loads(request.body or b"{}")
            if not isinstance(values, dict):
                raise _Wrong("a JSON object is needed")
        return _json(function(app, values))
    except (_Wrong, ValueError, TypeError, KeyError) as error:
        return _json({"error": str(error)}, 400)


def _organisation(app, values, needed=True):
    organisation = values.get("organisation")
    if organisation is None and not needed:
        return None
    if organisation not in app.store.organisations():
        raise _Wrong(f"unknown organisation: {organisation}")
    return organisation


def _add_fault(app, values):
    return {"id": app.faults.add(**values)}


def _clear_faults(app, values):
    app.faults.clear()
    return {}


def _release(app, values):
    app.faults.release()
    return {}


def _state(app, values):
    parts = values.get("parts", "")
    return state.of(app, _organisation(app, values), [part for part in parts.split(",") if part])


def _reset(app, values):
    app.reset(_organisation(app, values, needed=False))
    return {}


def _add_organisation(app, values):
    app.store.add_organisation(values["id"], values["name"])
    app.prepare()
    return app.store.organisations()


def _options(app, values):
    return app.options(_organisation(app, values, needed=False) or "")


def _set_options(app, values):
    organisation = _organisation(app, values, needed=False)
    app.set_options(organisation, values.get("options", {}))
    return app.options(organisation or "")


def _wait(app, values):
    event, resource, count = (
        values["event"],
        values.get("resource", "").lower(),
        int(values.get("count", 1)),
    )
    if event not in app.events.NAMES:
        raise _Wrong(f"unknown event: {event}; known: {', '.join(app.events.NAMES)}")
    reached = app.events.wait(event, resource, count, min(float(values.get("timeout", 20)), 600))
    return {"count": reached, "reached": reached >= count}


def _by_hand(app, values):
    answer = app.by_hand(
        _organisation(app, values),
        values["resource"].lower(),
        values.get("query", ""),
        values.get("body", ""),
        values.get("language", "EN"),
    )
    return {"answer": answer.decode("utf-8")}


def _user(app, values):
    books = Books(app.store, _organisation(app, values))
    given = {name: value for name, value in values.items() if name not in ("organisation", "action")}
    action = ACTIONS.get(values["action"])
    if action is None:
        raise _Wrong(f"unknown action: {values['action']}; known: {', '.join(ACTIONS)}")
    with app.store.transaction():
        return {"key": action(books, **given)}


def _seed(app, values):
    books = Books(app.store, _organisation(app, values))
    given = {name: value for name, value in values.items() if name != "organisation"}
    with app.store.transaction():
        return seed.plant(books, **given)


ENDPOINTS = {
    ("GET", "calls"): lambda app, values: state.calls(app, values),
    ("DELETE", "faults"): _clear_faults,
    ("GET", "events"): lambda app, values: app.events.table(),
    ("GET", "faults"): lambda app, values: app.faults.all(),
    ("GET", "options"): _options,
    ("GET", "organisations"): lambda app, values: app.store.organisations(),
    ("GET", "ping"): lambda app, values: {"sandbox": True},
    ("GET", "state"): _state,
    ("GET", "wait"): _wait,
    ("POST", "faults"): _add_fault,
    ("POST", "options"): _set_options,
    ("POST", "organisations"): _add_organisation,
    ("POST", "release"): _release,
    ("POST", "request"): _by_hand,
    ("POST", "reset"): _reset,
    ("POST", "seed"): _seed,
    ("POST", "user"): _user,
}
