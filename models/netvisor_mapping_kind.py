"""What the mapping assistant asks of each kind of mapping: the proposals, with their evidence.

A mapping kind is an AbstractModel ``netvisor.mapping.<kind>`` in ``netvisor_mapping_<kind>.py``. It reads the mirrors and the
Odoo records, for all records at once; it calls nobody and writes nothing but what a person has accepted.
"""

from dataclasses import dataclass, field

from odoo import api, models
from odoo.tools import LazyTranslate

from .netvisor_account_role import ROLES
from .netvisor_voucher_type import USES
from .netvisor_words import number_text

_lt = LazyTranslate(__name__)

# The confidence of a proposal, 0 to 100, says what it rests on; kinds add and take a few points within a step.
SURE = 95  # what identifies: the same number, business id, code, box of the VAT return. Accepted together by one click.
LIKELY = 80  # what seldom deceives: the same name, the same e-mail address
POSSIBLE = 60  # what several records may share: type, area, a default
WEAK = 30  # a hint where nothing better is known: a near number, a similar name
MORE = 5  # for each further thing that agrees


def level(confidence):
    """The step on which a confidence stands, as a word of ``netvisor.mapping.level``."""
    steps = ((SURE, "sure"), (LIKELY, "likely"), (POSSIBLE, "possible"))
    return next((word for least, word in steps if confidence >= least), "weak")


# What a proposal rests on, in the words of the person who judges it. Placeholders are named.
EVIDENCE = {
    "same_number": _lt("Same number: %(value)s"),
    "same_name": _lt("Same name: %(value)s"),
    "same_name_en": _lt("Same English name: %(value)s"),
    "same_name_sv": _lt("Same Swedish name: %(value)s"),
    "similar_name": _lt("Similar name: %(value)s"),
    "same_type": _lt("Same type: %(value)s"),
    "other_type": _lt("But another type: %(value)s"),
    "near_number": _lt("Same group of numbers: %(value)s"),
    "chart": _lt("From the Finnish chart of accounts"),
    "repartition": _lt("What the tax posts: %(value)s"),
    "tags": _lt("Boxes of the VAT return: %(value)s"),
    "rate": _lt("Rate: %(value)s %%"),
    "rate_date": _lt("Rate in force %(value)s"),
    "area": _lt("Where the other party is: %(value)s"),
    "scope": _lt("Goods or services: %(value)s"),
    "country": _lt("Same country: %(value)s"),
    "business_id": _lt("Same business id: %(value)s"),
    "vat": _lt("Same VAT number: %(value)s"),
    "same_code": _lt("Same code: %(value)s"),
    "near_code": _lt("Same code but for spaces and signs: %(value)s"),
    "email": _lt("Same e-mail address: %(value)s"),
    "name_town": _lt("Same name and town: %(value)s"),
    "ean": _lt("Same EAN code: %(value)s"),
    "default_of_netvisor": _lt("Netvisor's own default: %(value)s"),
    "chosen": _lt("Chosen by %(value)s"),
    "other_name": _lt("But another name: %(value)s"),
    "linked": _lt("Linked already"),
    "other_business_id": _lt("But another business id: %(value)s"),
    "other_country": _lt("But another country: %(value)s"),
    "other_town": _lt("But another town: %(value)s"),
    "other_kind": _lt("But one is a consumer and the other is not"),
    "inactive": _lt("But not in use"),
    "several_fit": _lt("But others fit as well: %(value)s"),
    "other_contact": _lt("But the contact %(value)s fits as well"),
    "linked_elsewhere": _lt("But linked to %(value)s already"),
    "journal_type": _lt("Type of the journal: %(value)s"),
    "padded_number": _lt("Same number but for zeros at its end: %(value)s"),
    "other_statement": _lt("But on the other side: %(value)s"),
    "other_rate": _lt("But Finland has no rate of %(value)s %%"),
    "reverse_charge": _lt("Reverse charge: what it posts adds up to nothing"),
    "use_in_netvisor": _lt("Netvisor uses it for %(value)s"),
    "items_agree": _lt("Items of the same name: %(value)s"),
    "word": _lt("What its name says: %(value)s"),
}
# What speaks against a proposal is said, too.
AGAINST = (
    "other_type", "other_statement", "other_name", "other_business_id", "other_country", "other_town", "other_kind",
    "inactive", "several_fit", "other_contact", "linked_elsewhere", "other_rate",
)  # fmt: skip
# Values that are words, not data. Those of the other evidence are shown as they are.
EVIDENCE_VALUES = {
    ("area", "home"): _lt("Finland"),
    ("area", "eu"): _lt("EU"),
    ("area", "outside"): _lt("outside the EU"),
    **{("default_of_netvisor", role): words for role, words in ROLES.items()},
    **{("use_in_netvisor", use): words for use, words in USES.items()},
}
# Values that are those of a field; Odoo has the words.
EVIDENCE_FIELDS = {
    "same_type": ("account.account", "account_type"),
    "other_type": ("account.account", "account_type"),
    "scope": ("account.tax", "tax_scope"),
    "other_statement": ("netvisor.account", "statement"),
    "journal_type": ("account.journal", "type"),
}


def evidence_text(env, code, value=""):
    """A piece of evidence in the reader's language."""
    if code in ("rate", "other_rate"):
        value = number_text(env, value)
    elif words := EVIDENCE_VALUES.get((code, value)):
        value = env._(words)
    elif code in EVIDENCE_FIELDS:
        model, field = EVIDENCE_FIELDS[code]
        value = dict(env[model]._fields[field]._description_selection(env)).get(value, value)
    return env._(EVIDENCE[code]) % {"value": value} if code in EVIDENCE else f"{code}: {value}"


@dataclass(frozen=True)
class Evidence:
    """A row of ``EVIDENCE`` and its value."""

    code: str
    value: str = ""


@dataclass(frozen=True)
class Proposal:
    """What a record could be in Netvisor. ``code`` is what a person knows it by: account number, VAT code, customer code."""

    code: str
    name: str = ""
    key: int | None = None
    confidence: int = 0  # 0 … 100
    evidence: tuple = field(default=())  # of Evidence, the strongest first


class NetvisorMappingKind(models.AbstractModel):
    _name = "netvisor.mapping.kind"
    _description = "Netvisor: proposals of one kind"
    # Model of the records that are mapped, and the field of ``netvisor.mapping`` that holds them.
    _mapped_model = None
    _mapped_field = None

    @api.model
    def _records(self, company):
        """:return: all records of this (root) company that need a mapping, mapped already or not"""
        raise NotImplementedError

    @api.model
    def _current(self, records, company):
        """:return: dict record → Proposal of what it is mapped to now; records without a mapping are absent"""
        raise NotImplementedError

    @api.model
    def _propose(self, records, company):
        """:return: dict record → list of Proposal, the best first; a record without any is absent"""
        raise NotImplementedError

    @api.model
    def _choices(self, record, company, text="", limit=20):
        """What a person may choose instead. :return: list of Proposal"""
        raise NotImplementedError

    @api.model
    def _accept(self, pairs, company):
        """Write the mappings that a person has accepted. Linking writes nothing to Netvisor.

        :param pairs: list of (record, Proposal)
        :raise UserError: naming the record, when one of them cannot be (taken by another record, gone in Netvisor)
        """
        raise NotImplementedError

    @api.model
    def _forget(self, records, company):
        """Take a mapping back."""
        raise NotImplementedError

    @api.model
    def _label(self, record):
        """What a person reads for a record."""
        return record.display_name

    @api.model
    def _words(self, code, name):
        """What a person reads for a proposal."""
        return " ".join(dict.fromkeys(filter(None, (code, name))))

    @api.model
    def _sort_keys(self, records, company):
        """The order in which records of equal weight are listed. :return: dict record → text"""
        name = records._rec_name or "display_name"
        return {record: (record[name] or "").lower() for record in records}

    @api.model
    def _used(self, records, company):
        """:return: those of the records that matter now (the others are listed last); None when all do"""
        return

    @api.model
    def _only_in_netvisor(self, company):
        """:return: number of objects of this kind in Netvisor that nothing in Odoo is mapped to; None where it says nothing"""
        return

    @api.model
    def _ready(self, company):
        """:return: False while the list from Netvisor that proposals need has not been read yet"""
        return True
