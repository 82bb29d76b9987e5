"""What the mapping assistant asks of each kind of mapping: the proposals, with their evidence.

A mapping kind is an AbstractModel ``netvisor.mapping.<kind>`` in ``netvisor_mapping_<kind>.py``. It reads the mirrors and the
Odoo records, for all records at once; it calls nobody and writes nothing but what a person has accepted.
"""

from dataclasses import dataclass, field

from odoo import api, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

# Above this a proposal rests on something that identifies: accepted together with others by one click.
SURE, LIKELY, POSSIBLE, WEAK = 95, 80, 60, 30

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
    "email": _lt("Same e-mail address: %(value)s"),
    "name_town": _lt("Same name and town: %(value)s"),
    "ean": _lt("Same EAN code: %(value)s"),
    "default_of_netvisor": _lt("Netvisor's own default: %(value)s"),
    "chosen": _lt("Chosen by %(value)s"),
}


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
    def _only_in_netvisor(self, company):
        """:return: number of objects of this kind in Netvisor that nothing in Odoo is mapped to; None where it says nothing"""
        return

    @api.model
    def _ready(self, company):
        """:return: False while the list from Netvisor that proposals need has not been read yet"""
        return True
