"""Which account in Netvisor an Odoo account most likely is: numbers, names in every language, types, defaults.

No records here, so that thousands of accounts are compared in a moment; ``netvisor_mapping_account.py`` reads them.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from .netvisor_mapping_kind import LIKELY, MORE, POSSIBLE, SURE, WEAK, Evidence, Proposal

WORDS = re.compile(r"[^\W_]+")
# What headings of Netvisor's charts say about the accounts below them; the nearest heading that says something counts.
HEADINGS = (
    ("equity", re.compile(r"oma[a]? pääoma|\bequity\b|eget kapital", re.I)),
    ("liability", re.compile(r"vieras pääoma|velat\b|liabilit|skulder|varaukset", re.I)),
    ("asset", re.compile(r"\bvastaavaa|vastaavat\b|\bvarat\b|saamiset|\bassets?\b|tillgångar|aktiva", re.I)),
    ("income", re.compile(r"liikevaihto|tuotot|\bmyynti|income|revenue|turnover|\bsales\b|intäkter|omsättning", re.I)),
    ("expense", re.compile(r"kulut|ostot|palvelut\b|poistot|verot\b|expense|cost|depreciation|kostnad|avskriv", re.I)),
)
BALANCE = ("asset", "liability", "equity")
LANGUAGES = (("name", "same_name"), ("name_en", "same_name_en"), ("name_sv", "same_name_sv"))
# Another statement means another thing: never more than this, whatever else agrees.
CONTRADICTED = 50
SIMILAR = 0.5  # share of common words from which names are called similar
COMMON = 40  # a word that more accounts have tells nothing
SAME_CHART = 0.3  # share of known numbers from which near numbers mean something


def plain(text):
    """What is compared of a name: its words."""
    return " ".join(WORDS.findall((text or "").casefold()))


@dataclass
class Ours:
    """An Odoo account. ``names``: in every language. ``group``: Odoo's internal group. ``kind``: its account type."""

    number: str
    names: tuple = ()
    group: str = ""
    kind: str = ""
    roles: frozenset = frozenset()
    plain: frozenset = field(init=False)

    def __post_init__(self):
        self.plain = frozenset(filter(None, map(plain, self.names)))


@dataclass
class Theirs:
    """An account in Netvisor, as mirrored."""

    key: int
    number: str
    name: str
    name_en: str
    name_sv: str
    heading: str
    statement: str
    roles: frozenset


def same_statement(ours, theirs):
    """Balance sheet or profit and loss on both sides? None where one of them does not say."""
    if not theirs.statement or ours.group not in (*BALANCE, "income", "expense"):
        return None
    return (theirs.statement == "balance") == (ours.group in BALANCE)


class AccountMatcher:
    """Built once for a whole chart, then asked for each Odoo account."""

    def __init__(self, accounts, numbers_here=()):
        """:param accounts: list of Theirs that may be posted to. :param numbers_here: those of Odoo's chart"""
        self.accounts = {account.number: account for account in accounts}
        self.by_name, self.by_word, self.by_role = defaultdict(list), defaultdict(set), defaultdict(list)
        self.by_bare, self.by_start, self.words = defaultdict(list), defaultdict(list), {}
        self.names_here = Counter()
        for account in accounts:
            for attribute, _code in LANGUAGES:
                if name := plain(getattr(account, attribute)):
                    self.by_name[name].append(account)
                    for word in name.split():
                        self.by_word[word].add(account.number)
            for role in account.roles:
                self.by_role[role].append(account)
            self.by_bare[account.number.rstrip("0")].append(account)
            self.by_start[account.number[:2]].append(account)
        known = sum(number in self.accounts for number in numbers_here)
        self.same_chart = bool(numbers_here) and known / len(numbers_here) >= SAME_CHART
        self._groups = {}

    def all_proposals(self, here, limit=6):
        """:param here: dict record → Ours. :return: dict record → list of Proposal, the best first"""
        self.names_here = Counter(name for ours in here.values() for name in ours.plain)
        found = {record: self.proposals(ours, limit) for record, ours in here.items()}
        return {record: proposals for record, proposals in found.items() if proposals}

    def proposals(self, ours, limit):
        found = [self.judge(ours, self.accounts[number]) for number in self._candidates(ours)]
        found = [proposal for proposal in found if proposal.confidence > 0]
        return sorted(found, key=lambda proposal: (-proposal.confidence, proposal.code))[:limit]

    def _candidates(self, ours):
        numbers = {ours.number} if ours.number in self.accounts else set()
        numbers |= {account.number for name in ours.plain for account in self.by_name.get(name, ())}
        numbers |= {account.number for role in ours.roles for account in self.by_role.get(role, ())}
        if bare := ours.number.rstrip("0"):
            numbers |= {account.number for account in self.by_bare.get(bare, ())}
        if not numbers:
            numbers = self._similar_names(ours)
        if not numbers and self.same_chart:
            numbers = self._near_numbers(ours)
        return numbers

    def _similar_names(self, ours):
        """Only those that share a telling word are compared at all: half a chart may be called "account"."""
        words = {word for name in ours.plain for word in name.split() if len(word) > 3}
        telling = (self.by_word.get(word, ()) for word in words)
        near = {number for numbers in telling if len(numbers) <= COMMON for number in numbers}
        return {number for number in near if self._similarity(ours, self.accounts[number])[0] >= SIMILAR}

    def _similarity(self, ours, theirs):
        """:return: (share of common words, Netvisor's name) of the two names that are most alike"""
        best = (0.0, "")
        for attribute, _code in LANGUAGES:
            name = getattr(theirs, attribute)
            here = self.words.setdefault(name, set(plain(name).split()))
            for other in ours.plain:
                there = set(other.split())
                if here and there:
                    best = max(best, (len(here & there) / len(here | there), name))
        return best

    def _near_numbers(self, ours):
        """The nearest numbers that begin with the same two digits and stand in the same statement."""
        if not ours.number.isdigit():
            return set()
        same = [
            account.number
            for account in self.by_start[ours.number[:2]]
            if account.number.isdigit()
            and len(account.number) == len(ours.number)
            and same_statement(ours, account) is not False
        ]
        return set(sorted(same, key=lambda number: abs(int(number) - int(ours.number)))[:3])

    # --- judging ----------------------------------------------------------------------------------------------------
    def judge(self, ours, theirs):
        """How much speaks for it, and what. The strongest counts, each further piece adds a little."""
        pieces = [*self._by_number(ours, theirs), *self._by_name(ours, theirs), *self._by_role(ours, theirs)]
        if not pieces:
            pieces = self._weak(ours, theirs)
        agreeing = sorted(pieces, key=lambda piece: -piece[0])
        confidence = agreeing[0][0] + MORE * (len(agreeing) - 1) if agreeing else 0
        evidence = [piece for _points, piece in agreeing]
        if same_statement(ours, theirs) is False:
            confidence = min(confidence, CONTRADICTED)
            evidence.append(Evidence("other_statement", theirs.statement))
        elif ours.group in self.groups(theirs):
            confidence += MORE if agreeing else 0  # half a chart is of the same type
            evidence.append(Evidence("same_type", ours.kind))
        return Proposal(theirs.number, theirs.name, theirs.key, max(0, min(confidence, 99)), tuple(evidence))

    def _by_number(self, ours, theirs):
        if ours.number == theirs.number:
            yield SURE, Evidence("same_number", theirs.number)
        elif ours.number.rstrip("0") == theirs.number.rstrip("0"):
            yield POSSIBLE, Evidence("padded_number", theirs.number)

    def _by_name(self, ours, theirs):
        """The first language in which the names are equal: a second one would prove nothing more."""
        for attribute, code in LANGUAGES:
            name = getattr(theirs, attribute)
            if plain(name) and plain(name) in ours.plain:
                there = {account.number for account in self.by_name[plain(name)]}
                unique = len(there) == 1 and self.names_here[plain(name)] < 2
                yield (LIKELY + 2 * MORE if unique else POSSIBLE + MORE), Evidence(code, name)
                return

    def _by_role(self, ours, theirs):
        for role in sorted(ours.roles & theirs.roles):
            yield LIKELY, Evidence("default_of_netvisor", role)
            return

    def _weak(self, ours, theirs):
        share, name = self._similarity(ours, theirs)
        if share >= SIMILAR:
            return [(WEAK + round(share * WEAK), Evidence("similar_name", name))]
        if self.same_chart and ours.number[:2] == theirs.number[:2]:
            return [(WEAK, Evidence("near_number", f"{ours.number[:2]}…"))]
        return []

    def groups(self, theirs):
        """What the nearest telling heading says, kept to the statement. :return: set of Odoo's internal groups"""
        place = (theirs.heading, theirs.statement)
        if place not in self._groups:
            self._groups[place] = self._read_heading(*place)
        return self._groups[place]

    @staticmethod
    def _read_heading(heading, statement):
        for part in reversed((heading or "").split(" / ")):
            groups = {group for group, words in HEADINGS if words.search(part)}
            if statement:
                groups = {group for group in groups if (group in BALANCE) == (statement == "balance")}
            if groups:
                return groups
        return set()

    def contradicts(self, ours):
        """The same number, but another thing altogether: another statement, and no name that agrees."""
        theirs = self.accounts.get(ours.number)
        return bool(theirs) and same_statement(ours, theirs) is False and not any(self._by_name(ours, theirs))
