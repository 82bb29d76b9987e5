"""The time in Finland: what Netvisor's own answers and change stamps are in."""

import datetime
import zoneinfo

try:
    HELSINKI = zoneinfo.ZoneInfo("Europe/Helsinki")
except zoneinfo.ZoneInfoNotFoundError:  # a machine without time zone data: the hour is then UTC's
    HELSINKI = datetime.timezone.utc


def now():
    """Local time without a zone, as it is written in answers."""
    return datetime.datetime.now(HELSINKI).replace(tzinfo=None)


def today():
    return now().date()


def stamp():
    """Now, in a form that sorts."""
    return now().isoformat(timespec="milliseconds")
