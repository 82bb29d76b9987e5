"""Which of these contacts is which of those customer cards? Two lists in memory, compared through dicts that are built once.

Both sides are plain values, so that either can be looked up among the other. Nothing here searches, writes or calls.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace

from .customer_values import plain
from .netvisor_mapping_kind import LIKELY, POSSIBLE, SURE, WEAK, Evidence

# A name or e-mail address that more cards than this share (cash sales, an accounting office) says nothing.
CROWD = 20
# Legal forms: one register has the short form, another the long one, or none.
FORMS = frozenset(
    (
        "oy", "oyj", "ab", "abp", "ky", "kb", "ay", "tmi", "toiminimi", "ry", "rf", "osk", "anl", "sr", "osakeyhtiö",
        "aktiebolag", "kommandiittiyhtiö", "kommanditbolag", "osuuskunta", "andelslag", "as", "asunto", "bostads",
        "ltd", "gmbh", "inc",
    )
)  # fmt: skip

# What a pair rests on, the strongest first → its confidence.
BASES = {
    "business_id": SURE,
    "vat": SURE,
    "code_and_name": SURE,
    "email_and_name": LIKELY + 10,
    "name_town": LIKELY,
    "email": POSSIBLE,
    "same_name": WEAK + 15,
    "same_code": WEAK,
}
ORDER = tuple(BASES)
# What speaks against it → points lost. The same number outweighs all but the last.
AGAINST = {"other_business_id": 55, "other_country": 25, "other_kind": 20, "other_town": 15, "inactive": 10}
# People of one name live in one town more often than companies of one name are there.
PERSON_LOSS = 20
FLOOR, CEILING = 5, 99
# Of equals none is accepted together with the sure ones: somebody must look.
EQUAL_LOSS, EQUAL_LIMIT = 20, LIKELY - 5
# Somebody else's is shown, and never proposed.
TAKEN_LIMIT = WEAK - 10
# Of two that rest on the same, the one that agrees in two things more (code and name, name and town) is the one.
DECISIVE, DECISIVE_POINTS = 2, 30
# The number of a private person may be a personal identity code: it is never kept, compared or shown.
PERSONAL = re.compile(r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Z]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Party:
    """A contact or a customer card, reduced to what is compared. Empty values are ""."""

    id: int
    label: str = ""  # the name as people write it
    code: str = ""  # a card's code, as people write it
    name: str = ""
    town: str = ""
    postcode: str = ""
    country: str = ""
    numbers: tuple = ()  # business id, VAT number, as ``number_of`` writes them; none for private persons
    codes: tuple = ()
    emails: tuple = ()
    private: bool | None = None  # None: unknown
    active: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """One pair; ``id`` is that of the other side."""

    id: int
    base: str
    confidence: int
    agreeing: int = 0  # how many of code, e-mail, name and place are the same
    evidence: tuple = field(default=())

    def lowered(self, limit, code, value="", loss=0):
        confidence = max(FLOOR, min(self.confidence - loss, limit))
        return replace(self, confidence=confidence, evidence=(*self.evidence, Evidence(code, str(value))))


def number_of(text):
    """A business id in one form, whether it comes with its hyphen, as VAT number, or with the six digits of old."""
    if PERSONAL.fullmatch((text or "").strip()):
        return ""
    number = plain(text)
    if number.startswith("fi") and number[2:].isdigit():
        number = number[2:]
    return number.zfill(8) if number.isdigit() and len(number) == 7 else number


def name_of(text):
    """A name without its legal form, case, spaces and punctuation; the whole of it where nothing else is left."""
    words = (text or "").casefold().replace(",", " ").split()
    return plain("".join(word for word in words if plain(word) not in FORMS)) or plain(text)


def emails_of(*texts):
    """The addresses in fields of which people use one for several."""
    found = (part for text in texts for part in (text or "").casefold().replace(";", ",").split(","))
    return tuple(dict.fromkeys(part.rpartition("<")[2].strip(" <>") for part in found if "@" in part))


class Register:
    """One side of the comparison, found by whatever may tell a customer: number, code, e-mail, name."""

    def __init__(self, parties, taken=None):
        """
        :param parties: iterable of Party
        :param dict taken: id → who has it: those are shown, and never proposed
        """
        self.parties = {party.id: party for party in parties}
        self.taken = taken or {}
        self.index = defaultdict(list)
        for party in self.parties.values():
            for key in _keys(party):
                self.index[key].append(party.id)

    def matches(self, party):
        """:return: list of Match, each judged alone, in no order"""
        ids = {}
        for key in _keys(party):
            found = self.index.get(key, ())
            if len(found) <= CROWD or key[0] not in ("email", "name"):
                ids |= dict.fromkeys(found)
        return [judge(party, self.parties[other]) for other in ids]

    def candidates(self, party, own=None):
        """:return: list of Match, the best first; equals are lowered, for then a person chooses

        :param own: id of the one that this party has already: not somebody else's
        """
        matches = self.matches(party)
        others = [match for match in matches if match.id in self.taken and match.id != own]
        free = sorted((match for match in matches if match not in others), key=rank)
        taken = [match.lowered(TAKEN_LIMIT, "linked_elsewhere", self.taken[match.id]) for match in others]
        return sorted([*_lower_equals(free), *taken], key=rank)


def rank(match):
    return -match.confidence, -match.agreeing, match.id


def is_decisive(match, other):
    """Whether the first pair leaves no doubt beside the second, which is about the same record."""
    if match.confidence - other.confidence >= DECISIVE_POINTS:
        return True
    if match.base == other.base:
        return match.agreeing - other.agreeing >= DECISIVE
    return ORDER.index(match.base) < ORDER.index(other.base) and other.confidence < SURE


def _lower_equals(matches):
    best, *others = matches or (None,)
    rivals = [match for match in others if match.confidence > TAKEN_LIMIT and not is_decisive(best, match)]
    if not rivals:
        return matches
    equal = {best.id, *(match.id for match in rivals)}
    return [
        match.lowered(EQUAL_LIMIT, "several_fit", len(rivals), EQUAL_LOSS) if match.id in equal else match
        for match in matches
    ]


def _keys(party):
    for number in party.numbers:
        yield "number", number
    for code in party.codes:
        yield "code", code
    for email in party.emails:
        yield "email", email
    if party.name:
        yield "name", party.name
        # In a crowd of one name the town still tells.
        if party.town:
            yield "town", party.name, party.town
        if party.postcode:
            yield "town", party.name, party.postcode


def judge(party, other):
    """:return: Match of two that have at least one value in common"""
    number = next((number for number in party.numbers if number in other.numbers), "")
    code = next((code for code in party.codes if code in other.codes), "")
    email = next((email for email in party.emails if email in other.emails), "")
    same_name = bool(party.name) and party.name == other.name
    same_place = _same(party.town, other.town) or _same(party.postcode, other.postcode)
    place = other.town.title() or other.postcode
    found = {
        "business_id": number_label(number) if number.isdigit() else "",
        "vat": "" if number.isdigit() else number.upper(),
        "same_code": code and (other.code or party.code or code),
        "email": email,
        "name_town": f"{other.label}, {place}" if same_name and same_place else "",
        "same_name": other.label if same_name and not same_place else "",
    }
    against = {"inactive": not (party.active and other.active)}
    if not number:
        against["other_business_id"] = number_label(other.numbers[0]) if party.numbers and other.numbers else ""
        against["other_country"] = other.country if _differ(party.country, other.country) else ""
        against["other_kind"] = None not in (party.private, other.private) and party.private != other.private
        against["other_town"] = place if same_name and not same_place and _differ(party.town, other.town) else ""
    evidence = [Evidence(piece, value) for piece, value in found.items() if value]
    evidence += [Evidence(piece, "" if value is True else value) for piece, value in against.items() if value]
    if _differ(party.name, other.name):
        evidence.append(Evidence("other_name", other.label))
    base = _base(found, same_name)
    loss = sum(AGAINST[piece] for piece, value in against.items() if value)
    loss += PERSON_LOSS if party.private and base in ("name_town", "same_name") else 0
    agreeing = sum(map(bool, (code, email, same_name, same_place)))
    confidence = max(FLOOR, min(CEILING, BASES[base] - loss + agreeing))
    return Match(other.id, base, confidence, agreeing, tuple(evidence))


def number_label(number):
    """As a person writes it: only Finnish ids have a hyphen."""
    return f"{number[:7]}-{number[7]}" if number.isdigit() and len(number) == 8 else number.upper()


def _base(found, same_name):
    has = {piece for piece, value in found.items() if value}
    if same_name:
        has |= {f"{piece}_and_name" for piece in ("code", "email") if has & {piece, f"same_{piece}"}}
    return next(base for base in BASES if base in has)


def _same(one, two):
    return bool(one) and one == two


def _differ(one, two):
    return bool(one and two) and one != two
