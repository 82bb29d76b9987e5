from odoo import api, models

from ..netvisor import ReadError, is_not_found
from ..netvisor import product as wire
from .customer_values import plain
from .netvisor_kind import Candidate, LookUp, Prepared, Problem
from .product_values import code_key, same_code


class NotRead(Exception):
    """Netvisor's answer could not be read: absence would prove nothing. The first argument is the answer."""


class NetvisorKindProduct(models.AbstractModel):
    """Which product in Netvisor is this variant? The one with its code; by anything else a person has to agree."""

    _inherit = "netvisor.kind.product"

    @api.model
    def _match(self, document, call):
        """Before a first add, and where a person only wants it found. One certain product is linked and nothing is written."""
        if not document.binding_id.product_id:
            return super()._match(document, call)
        verdict = self._prepare(document)[document.id]
        if not isinstance(verdict, Prepared):
            return LookUp(conclusive=False)
        declined = {row["key"] for row in (document.search_values or {}).get("candidates", [])}
        try:
            certain, possible = self._find(document, verdict.search, call)
        except NotRead as error:
            return LookUp(conclusive=False, answer=error.args[0])
        if certain and (other := self._holders(document.binding_id, [certain.key])):
            document._block([self._elsewhere(other[0])])
            return LookUp()
        possible = [card for card in possible if not self._holders(document.binding_id, [card.key])]
        if not certain and {card.key for card in possible} <= declined:
            if document.operation == "fetch":
                values = {name: verdict.search[name] for name in ("code", "ean")}
                document._block([Problem("product_not_found", values)])
            return LookUp()  # there is none, or a person has looked at these and said no
        # What is linked without being written counts as sent: only a later change in Odoo is.
        there = {**(document.search_values or {}), "name_there": certain.name or "" if certain else ""}
        document.write({"digest": verdict.digest, "operation": "link", "search_values": there})
        if certain:
            return LookUp((self._candidate(certain, True),))
        return LookUp(tuple(self._candidate(card, False) for card in possible))

    @api.model
    def _look_up(self, document, call):
        """After a lost answer or a refusal as duplicate: a code is one product's, so what has it is ours."""
        if not document.binding_id.product_id:
            return super()._look_up(document, call)
        if document.operation == "edit":
            return LookUp()  # repeating an edit changes nothing that the first try did not
        code = (document.search_values or {}).get("code")
        try:
            found = [card for card in self._cards(call, code=code) if same_code(card.code, code)]
        except NotRead as error:
            return LookUp(conclusive=False, answer=error.args[0])
        return LookUp(tuple(self._candidate(card, True) for card in found[:1]))

    @api.model
    def _duplicate_problem(self, document):
        if not document.binding_id.product_id:
            return super()._duplicate_problem(document)
        return Problem("product_code_hidden", {"code": (document.search_values or {}).get("code", "")})

    # --- parts ------------------------------------------------------------------------------------------------------
    @api.model
    def _find(self, document, wanted, call):
        """:return: (the product that it surely is or None, those that it could be)"""
        cards = self._cards(call, code=wanted["code"]) or self._alike(document, wanted, call)
        same = [card for card in cards if same_code(card.code, wanted["code"])]
        if len(same) == 1:
            return same[0], []
        alike, cards = cards, self._cards(call, ean=wanted["ean"]) if wanted["ean"] else []
        # An EAN code names the article. Where products are only linked that is enough; before one is created with another
        # code than Netvisor's, a person or the name must agree.
        agree = document.root_company_id.netvisor_product_mode == "link"
        sure = [card for card in cards if agree or plain(card.name) == plain(wanted["name"])]
        if len(cards) == len(sure) == 1:
            return cards[0], []
        return None, cards or alike

    @api.model
    def _alike(self, document, wanted, call):
        """Codes that differ in case, spaces and signs only, by the list that was read, and still there."""
        rows = self.env["netvisor.product"].search(
            [("company_id", "=", document.root_company_id.id), ("code_key", "=", code_key(wanted["code"]))], limit=10
        )
        return self._cards(call, tuple(rows.mapped("netvisor_key"))) if rows and code_key(wanted["code"]) else []

    @api.model
    def _cards(self, call, keys=None, **by):
        answer = call(wire.get_request(keys, **by, deleted=False))
        if is_not_found(answer):
            return []
        try:
            return [card for card in wire.parse_get(answer) if card.key]
        except ReadError as error:
            raise NotRead(answer) from error

    @api.model
    def _elsewhere(self, link):
        return Problem("product_linked_elsewhere", {"other": link.product_id.display_name or link.name or link.code})

    @api.model
    def _candidate(self, card, certain):
        label = " · ".join(filter(None, (card.name, card.code, card.group, card.ean)))
        return Candidate(key=card.key, certain=certain, number=card.code or "", label=label)
