from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .customer_values import plain
from .netvisor_mapping_kind import LIKELY, POSSIBLE, SURE, Evidence, Proposal
from .product_values import code_key, folded, product_code

# What each kind of agreement is worth alone: the first that is found names the step, the others add to it.
SAME_CODE, SAME_EAN, SAME_NAME, SIMILAR_CODE = SURE, SURE, LIKELY, LIKELY - 5
MIRRORED = ("netvisor_key", "code", "code_key", "name", "ean", "ean2", "in_use")


class NetvisorMappingProduct(models.AbstractModel):
    """Odoo's variants → Netvisor's products, where the settings have products of their own on the lines."""

    _name = "netvisor.mapping.product"
    _inherit = ["netvisor.mapping.kind"]
    _description = "Netvisor: proposals for products"
    _mapped_model = "product.product"
    _mapped_field = "product_id"

    @api.model
    def _records(self, company):
        """What is sold. Under one generic product there is nothing to map, and where products are created when missing only
        what is linked or could be there already: nobody has to decide about the rest."""
        products, mode = self.env["product.product"], self.env["netvisor.kind.product"]._mode(company)
        if mode == "generic":
            return products
        domain = [("sale_ok", "=", True), "|", ("company_id", "=", False), ("company_id", "child_of", company.id)]
        products = products.search(domain)
        if mode == "link":
            return products
        linked, index, names = self._links(company).product_id, self._index(company), self._names(products)
        return products.filtered(lambda product: product in linked or index.like(product, names[product.id]))

    @api.model
    def _links(self, company, domain=()):
        """Links of this company that have a key. The generic product's is among them."""
        keyed = [("company_id", "=", company.id), ("kind", "=", "product"), ("netvisor_key", "!=", 0)]
        fields = ["product_id", "netvisor_key", "code", "name"]
        return self.env["netvisor.binding"].sudo().search_fetch([*keyed, *domain], fields)

    @api.model
    def _current(self, records, company):
        links = self._links(company, [("product_id", "in", records.ids)])
        domain = [("company_id", "=", company.id), ("netvisor_key", "in", links.mapped("netvisor_key"))]
        there = {row.netvisor_key: row for row in self.env["netvisor.product"].sudo().search_fetch(domain, MIRRORED)}
        current, own, names = {}, {record.id: record for record in records}, self._names(records)
        for link in links:
            row, record = there.get(link.netvisor_key), own[link.product_id.id]
            code, name = (row.code, row.name) if row else (link.code, "")
            evidence = self._agreement(record, row, names[record.id]) if row else ()
            current[record] = Proposal(code or "", name or "", link.netvisor_key, SURE, tuple(evidence))
        return current

    @api.model
    def _names(self, records):
        """:return: dict product id → its name without its code"""
        return {record.id: record.display_name for record in records.with_context(display_default_code=False)}

    @api.model
    def _propose(self, records, company):
        index, names, found = self._index(company), self._names(records), {}
        for record in records:
            name = names[record.id]
            proposals = [self._proposal(record, row, name) for row in index.like(record, name)]
            proposals.sort(key=lambda proposal: (-proposal.confidence, proposal.code))
            if proposals:
                found[record] = proposals
        return found

    @api.model
    def _index(self, company):
        """Netvisor's products that nothing is linked to."""
        taken = set(self._links(company).mapped("netvisor_key"))
        rows = self.env["netvisor.product"].sudo().search_fetch([("company_id", "=", company.id)], MIRRORED)
        return _Index(row for row in rows if row.netvisor_key not in taken)

    @api.model
    def _proposal(self, record, row, name):
        evidence = tuple(self._agreement(record, row, name))
        return Proposal(row.code or "", row.name or "", row.netvisor_key, self._confidence(evidence), evidence)

    @api.model
    def _agreement(self, record, row, name):
        """What speaks for it, the strongest first, and what against it."""
        code = product_code(record)
        if code and folded(code) == folded(row.code):
            yield Evidence("same_code", row.code)
        if record.barcode and record.barcode in (row.ean, row.ean2):
            yield Evidence("ean", record.barcode)
        if plain(name) and plain(name) == plain(row.name):
            yield Evidence("same_name", row.name)
        elif row.name:
            yield Evidence("other_name", row.name)
        if code and folded(code) != folded(row.code) and code_key(code) and code_key(code) == row.code_key:
            yield Evidence("near_code", row.code)
        if not row.in_use:
            yield Evidence("inactive")

    @api.model
    def _confidence(self, evidence):
        codes = {piece.code for piece in evidence}
        worth = {"same_code": SAME_CODE, "ean": SAME_EAN, "same_name": SAME_NAME, "near_code": SIMILAR_CODE}
        best = max((worth[code] for code in codes if code in worth), default=POSSIBLE)
        if "inactive" in codes:
            best = min(best, LIKELY)
        bonus = 2 if "same_name" in codes else 0
        bonus += 3 if {"same_code", "ean"} <= codes else 0
        return min(best + bonus, 100)

    @api.model
    def _choices(self, record, company, text="", limit=20):
        """Those whose code begins with the text, or whose name or EAN code contains it; free ones only."""
        taken = self._links(company, [("product_id", "!=", record.id)]).mapped("netvisor_key")
        domain = Domain("company_id", "=", company.id) & Domain("netvisor_key", "not in", taken)
        if text:
            domain &= (
                Domain("code", "=ilike", f"{text}%") | Domain("name", "ilike", text) | Domain("ean", "ilike", text)
            )
        rows = self.env["netvisor.product"].sudo().search(domain, limit=max(limit * 5, 100))
        name = self._names(record)[record.id]
        proposals = [self._proposal(record, row, name) for row in rows]
        proposals.sort(key=lambda proposal: (-proposal.confidence, proposal.code))
        return proposals[:limit]

    @api.model
    def _accept(self, pairs, company):
        keys = [proposal.key for _record, proposal in pairs]
        mirror = self.env["netvisor.product"].sudo()
        rows = mirror.search_fetch([("company_id", "=", company.id), ("netvisor_key", "in", keys)], MIRRORED)
        there = {row.netvisor_key: row for row in rows}
        holders = {link.netvisor_key: link for link in self._links(company, [("netvisor_key", "in", keys)])}
        wanted = {}
        for record, proposal in pairs:
            row, holder = there.get(proposal.key), holders.get(proposal.key)
            values = {"product": record.display_name, "code": proposal.code, "name": proposal.name}
            if not row:
                raise UserError(
                    self.env._("%(product)s: Netvisor no longer has the product %(code)s %(name)s.", **values)
                )
            if holder and holder.product_id != record:
                other = holder.product_id.display_name or self.env._("the generic product")
                raise UserError(
                    self.env._(
                        "%(product)s: the product %(code)s %(name)s is linked to %(other)s already. Take that link back "
                        "first.",
                        other=other,
                        **values,
                    )
                )
            if proposal.key in {chosen.netvisor_key for chosen in wanted.values()}:
                raise UserError(
                    self.env._("%(product)s: the product %(code)s %(name)s was chosen for another one too.", **values)
                )
            wanted[record] = row
        self.env["netvisor.kind.product"].sudo()._link(wanted, company)

    @api.model
    def _forget(self, records, company):
        """The link goes; what Netvisor has stays as it is."""
        links = self._links(company, [("product_id", "in", records.ids)])
        self.env["netvisor.kind.product"].sudo()._unlink_records(links)

    @api.model
    def _sort_keys(self, records, company):
        return {record: f"{product_code(record)} {record.name}".strip().lower() for record in records}

    @api.model
    def _used(self, records, company):
        """Products that have been invoiced: those will be again."""
        if not records:
            return records
        lines = self.env["account.move.line"].sudo()
        domain = [("product_id", "in", records.ids), ("move_id.move_type", "in", ("out_invoice", "out_refund"))]
        rows = lines._read_group([*domain, ("company_id", "child_of", company.id)], ["product_id"])
        return records & records.browse(product.id for (product,) in rows)

    @api.model
    def _only_in_netvisor(self, company):
        linked = self._links(company).mapped("netvisor_key")
        return (
            self.env["netvisor.product"]
            .sudo()
            .search_count([("company_id", "=", company.id), ("netvisor_key", "not in", linked)])
        )

    @api.model
    def _ready(self, company):
        return self.env["netvisor.kind.product"]._list_state(company) != "unread"


class _Index:
    """Netvisor's list by everything that may be the same: thousands against thousands, in memory."""

    def __init__(self, rows):
        self.by = {name: defaultdict(list) for name in ("code", "ean", "name", "near")}
        for row in rows:
            keys = {
                "code": (folded(row.code),),
                "ean": (row.ean, row.ean2),
                "name": (plain(row.name),),
                "near": (row.code_key,),
            }
            for name, values in keys.items():
                for value in filter(None, values):
                    self.by[name][value].append(row)

    def like(self, record, name):
        """:return: rows that agree with the product in something, each once"""
        code = product_code(record)
        keys = {"code": folded(code), "ean": record.barcode, "name": plain(name), "near": code_key(code)}
        return list(dict.fromkeys(row for kind, key in keys.items() if key for row in self.by[kind].get(key, ())))
