"""Why a whole connection rests, in the administrator's words: what is wrong, and where to mend it.

Credentials, rights or maintenance concern every document of a company alike: the company pauses, instead of one invoice
after another failing. Netvisor's own words are kept beside, in ``netvisor_pause_text``.
"""

from typing import NamedTuple

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

MINUTE, HOUR = 60, 3600


class Pause(NamedTuple):
    text: object  # what is wrong
    remedy: object  # what to do, with Netvisor's own menu words
    seconds: int | None  # the first rest, doubled at every repetition; None = until a person has mended it
    longest: int | None = None


# Netvisor's menus, in the words of its Finnish screens, where the identifiers and the rights of an interface are kept.
IDENTIFIERS = _lt("Netvisor: Yritys ▸ Rajapinnat ▸ API-tunnisteet (API identifiers)")
RIGHTS = _lt(
    "Netvisor: Yritys ▸ Rajapinnat ▸ Rajapintaresurssien käyttöoikeudet (access rights for interface resources)"
)

PAUSES = {
    "authentication": Pause(
        _lt("Netvisor does not accept the credentials."),
        _lt(
            "Compare sender, identifiers, keys and organisation id with the API identifiers in Netvisor. "
            "They stop working when the Netvisor user who made them loses access."
        ),
        15 * MINUTE,
        12 * HOUR,
    ),
    "service_access": Pause(
        _lt("Netvisor does not allow this connection to use a resource."),
        _lt("Allow the resource in Netvisor's access rights for interface resources."),
        15 * MINUTE,
        12 * HOUR,
    ),
    "maintenance": Pause(
        _lt("Netvisor has a service break."), _lt("Nothing to do: sending goes on by itself."), 5 * MINUTE, HOUR
    ),
    "connection": Pause(
        _lt("Netvisor cannot be reached."),
        _lt("Nothing to do if this passes. Otherwise check this server's network and the base URL."),
        MINUTE,
        30 * MINUTE,
    ),
    "no_answer": Pause(
        _lt("Netvisor does not answer."),
        _lt("Nothing to do if this passes: what was sent without an answer is looked up before anything goes on."),
        MINUTE,
        HOUR,
    ),
    "tls": Pause(
        _lt("The secure connection to Netvisor failed."),
        _lt("Check this server's certificates and any proxy between it and Netvisor."),
        15 * MINUTE,
        HOUR,
    ),
    "clock": Pause(
        _lt("This server's clock differs from Netvisor's."),
        _lt("Set the clock of this server, then test the connection."),
        15 * MINUTE,
        HOUR,
    ),
    "not_found": Pause(
        _lt("There is no Netvisor at this address."),
        _lt("Correct the base URL in the settings, then test the connection."),
        HOUR,
        12 * HOUR,
    ),
    "bad_address": Pause(_lt("This address may not be called."), _lt("Correct the base URL in the settings."), None),
    "credentials_missing": Pause(
        _lt("The credentials are not complete."), _lt("Fill in all credentials in the settings."), None
    ),
    "copied_database": Pause(
        _lt("This looks like a copy of the database in which Netvisor was connected. Nothing is sent from a copy."),
        _lt(
            "If this is the right database (it was moved or renamed), a system administrator confirms it in the "
            "settings. On a copy, disable the connection."
        ),
        None,
    ),
    "total_differs": Pause(
        _lt("Netvisor calculated another total than Odoo for an invoice that was just sent."),
        _lt("Compare that invoice in both systems before you go on; then resume the connection in the settings."),
        None,
    ),
    "voucher_differs": Pause(
        _lt("Netvisor has booked a voucher that was just sent otherwise than Odoo."),
        _lt("Compare that voucher in both systems before you go on; then resume the connection in the settings."),
        None,
    ),
    "internal": Pause(
        _lt("The job stopped because of an unexpected error."),
        _lt("Report this to your administrator; sending is tried again later."),
        5 * MINUTE,
        HOUR,
    ),
}

# Neither other credentials nor a reading that works prove that totals agree, or that this is not a copy.
PERSON_DECIDES = ("total_differs", "voucher_differs", "copied_database")
# These have no end of their own: somebody must mend something first.
NEEDS_PERSON = tuple(code for code, pause in PAUSES.items() if pause.seconds is None)


def describe_pause(env, code):
    """:return: (what is wrong, what to do) in the user's language. An unknown code is shown as it is."""
    pause = PAUSES.get(code)
    if not pause:
        return code or "", ""
    return env._(pause.text), env._(pause.remedy)
