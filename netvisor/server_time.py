"""What time it was for Netvisor when it answered, from the envelope of any answer.

Source: specification, "Response envelope": `TimeStamp` is Finnish local time `d.M.yyyy H:mm:ss`, in one capture
ISO with an offset. Never relied upon for anything but telling a person that a clock is wrong.
"""

import re
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from .node import Node

_FINNISH = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}) (\d{1,2}):(\d{2}):(\d{2})")
_HELSINKI = ZoneInfo("Europe/Helsinki")


def server_time(answer):
    """Return an aware datetime in UTC, or None when the answer does not say."""
    if answer.root is None:
        return None
    status = Node(answer.root).find("ResponseStatus")
    stamp = status.find("TimeStamp") if status is not None else None
    text = (stamp.value or "").strip() if stamp is not None else ""
    try:
        if match := _FINNISH.fullmatch(text):
            day, month, year, *clock = map(int, match.groups())
            return datetime(year, month, day, *clock, tzinfo=_HELSINKI).astimezone(timezone.utc)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(timezone.utc) if moment.tzinfo else None


def clock_difference(answer):
    """Return by how many seconds this machine was ahead of Netvisor, or None.

    A whole hour may only be the hour that is repeated in autumn, when local time is ambiguous: it is taken as 0.
    """
    theirs = server_time(answer)
    if theirs is None or answer.started is None:
        return None
    ours = answer.started.replace(tzinfo=timezone.utc)
    seconds = (ours - theirs).total_seconds() + answer.duration_ms / 1000
    return seconds - 3600 if 3590 <= seconds <= 3610 else seconds
