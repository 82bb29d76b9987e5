from odoo import api, models

from ..netvisor import ReadError
from ..netvisor import customer as wire
from .customer_card import mirror_of_row
from .customer_values import plain
from .netvisor_kind import Candidate, LookUp, Problem

# A new company always has this customer (specification, customerlist.nv); it is nobody's.
TEMPORARY_CODE = "TEMP"


class NotRead(Exception):
    """A list could not be read: absence would prove nothing. The first argument is the answer."""


class NetvisorKindCustomer(models.AbstractModel):
    """Which customer in Netvisor is this contact? By business id, then by code, and never by a number alone."""

    _inherit = "netvisor.kind.customer"

    @api.model
    def _match(self, document, call):
        """Before a first add. One customer that is surely this one is linked, and nothing is written to Netvisor.

        Two that could be are for a person; a code that belongs to another customer blocks with both names.
        """
        prepared = self._prepare_one(document)
        wanted = prepared.search
        declined = self._declined(document)
        try:
            rows = self._free(document, self._by_business_id(wanted, call))
            rows = [row for row in rows if row.key not in declined]
            if rows:
                certain = self._pick(rows, wanted)
            else:
                rows = self._by_code(wanted, call)
                same = [row for row in rows if row.key not in declined and self._same(row, wanted)]
                certain = self._free(document, same)
                if same and not certain:
                    return self._of_another_contact(document, same[0])
                if rows and not certain:
                    return self._code_of_another(document, rows, wanted)
        except NotRead as error:
            return LookUp(conclusive=False, answer=error.args[0])
        if not rows:
            return LookUp()
        if len(certain) == 1:
            self._know_card(document, certain[0], call)
        # What is linked without being written counts as sent: only a later change in Odoo is.
        document.write({"digest": prepared.digest, "operation": "link"})
        if len(certain) == 1:
            return LookUp((self._candidate(certain[0], True),))
        return LookUp(tuple(self._candidate(row, False) for row in self._with_town(document, rows, call)))

    @api.model
    def _declined(self, document):
        """Keys of the customers that a person has compared with this contact, and found to be others."""
        values = document.search_values or {}
        return {*values.get("declined", ()), *(row["key"] for row in values.get("candidates", ()))}

    @api.model
    def _look_up(self, document, call):
        """After a lost answer or a refusal as duplicate: the customer as it was sent, and nobody else's."""
        if document.operation == "edit":
            return LookUp()  # repeating an edit changes nothing that the first try did not
        wanted = document.search_values or {}
        try:
            rows = self._free(document, self._by_code(wanted, call))
            found = [row for row in rows if self._same(row, wanted)]
            if not wanted.get("code"):
                found = self._without_code(document, wanted, call)
        except NotRead as error:
            return LookUp(conclusive=False, answer=error.args[0])
        if rows and not found:
            document.search_values = {**wanted, "taken_by": self._label(rows[0])}
        return LookUp(tuple(self._candidate(row, True) for row in found))

    # --- reading Netvisor's lists -----------------------------------------------------------------------------------
    @api.model
    def _by_business_id(self, wanted, call):
        number = wanted.get("business_id")
        if not number or not number.isascii():
            return []
        # The keyword is looked for in names and codes as well.
        rows = self._list(call, keyword=number)
        return [row for row in rows if plain(row.business_id) == plain(number)]

    @api.model
    def _by_code(self, wanted, call):
        code = wanted.get("code")
        if not code:
            return []
        # A comma would make two codes of one.
        rows = self._list(call, keyword=code) if "," in code else self._list(call, codes=(code,))
        return [row for row in rows if row.code.strip().casefold() == code.casefold()]

    @api.model
    def _without_code(self, document, wanted, call):
        """Netvisor gave the code: found among the newest by business id, or by name and address."""
        rows = self._free(document, self._list(call, changed_since=self._since(document)))
        same = [row for row in rows if plain(row.name) == plain(wanted.get("name"))]
        if wanted.get("business_id"):
            return [row for row in same if plain(row.business_id) == plain(wanted["business_id"])]
        address = [plain(part) for part in wanted.get("address", [])]
        return [
            card
            for card in self._details(same, call).values()
            if [plain(card.street), plain(card.postcode), plain(card.city)] == address
        ]

    @api.model
    def _list(self, call, **parameters):
        answer = call(wire.list_request(**parameters))
        try:
            rows = wire.parse_list(answer)
        except ReadError as error:
            raise NotRead(answer) from error
        return [row for row in rows if row.key and row.code != TEMPORARY_CODE]

    @api.model
    def _details(self, rows, call):
        """:return: dict key → customer card"""
        if not rows:
            return {}
        answer = call(wire.get_request(tuple(row.key for row in rows[:500])))
        try:
            return {customer.key: customer for customer in wire.parse_get(answer)}
        except ReadError as error:
            raise NotRead(answer) from error

    # --- judging ----------------------------------------------------------------------------------------------------
    @api.model
    def _free(self, document, rows):
        """Without those that are another contact's: two contacts never share a customer in Netvisor."""
        taken = set(self._taken(document, rows).mapped("netvisor_key"))
        return [row for row in rows if row.key not in taken]

    @api.model
    def _taken(self, document, rows):
        return self.env["netvisor.binding"].search(
            [
                ("company_id", "=", document.root_company_id.id),
                ("kind", "=", "customer"),
                ("netvisor_key", "in", [row.key for row in rows]),
                ("partner_id", "not in", [False, document.binding_id.partner_id.id]),
            ]
        )

    @api.model
    def _same(self, row, wanted):
        """Netvisor's customer 14 is not Odoo's contact 14: business id or name must agree as well."""
        theirs, ours = plain(row.business_id), plain(wanted.get("business_id"))
        if theirs and ours:
            return theirs == ours
        return bool(plain(row.name)) and plain(row.name) == plain(wanted.get("name"))

    @api.model
    def _pick(self, rows, wanted):
        """Of several with this business id (branches of one company) the one that agrees in code and name as well."""
        if len(rows) == 1:
            return rows
        code, name = (wanted.get("code") or "").casefold(), plain(wanted.get("name"))
        agree = [row for row in rows if code and row.code.casefold() == code and plain(row.name) == name]
        return agree if len(agree) == 1 else []

    @api.model
    def _code_of_another(self, document, rows, wanted):
        """Adding would be refused, or would make a second customer of that code: both names, and a person decides."""
        names = {
            "contact": document.binding_id.partner_id.display_name,
            "other": self._label(rows[0]),
        }
        document._block([Problem("customer_code_other", {"code": wanted["code"], **names})])
        return LookUp()

    @api.model
    def _of_another_contact(self, document, row):
        other = self._taken(document, [row]).partner_id[:1]
        document._block([Problem("customer_linked_elsewhere", {"other": other.display_name})])
        return LookUp()

    @api.model
    def _with_town(self, document, rows, call):
        """For a person who compares: the list has no towns. What was read is kept in the mirror, where it is compared."""
        root, mirror = document.root_company_id, self.env["netvisor.customer"]
        mirror._upsert(root, {row.key: mirror_of_row(row) for row in rows}, complete=False)
        try:
            details = self._details(rows, call)
        except NotRead:
            return rows
        mirror._receive(root, details)
        return [details.get(row.key) or row for row in rows]

    @api.model
    def _know_card(self, document, row, call):
        """What stands on the card before it is linked: a later message then says what has changed in Odoo, and nothing else.
        A reading of all cards that is under way comes to it by itself."""
        root = document.root_company_id
        card = self._cards([row.key], root).get(row.key)
        feed = self.env["netvisor.feed"].search([("company_id", "=", root.id), ("kind", "=", "customer")], limit=1)
        if not feed.pending and not (card and card.card):
            self._with_town(document, [row], call)

    @api.model
    def _label(self, row):
        parts = (row.name, row.code, row.business_id, getattr(row, "city", ""))
        return " · ".join(filter(None, parts))

    @api.model
    def _candidate(self, row, certain):
        return Candidate(key=row.key, certain=certain, number=row.code or "", label=self._label(row))
