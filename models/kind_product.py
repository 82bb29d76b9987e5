from decimal import Decimal

from odoo import api, models

from ..netvisor import ReadError, is_not_found
from ..netvisor import product as wire
from ..netvisor.values import digest
from .netvisor_document import IN_FLIGHT, PRIORITY_MASTER
from .netvisor_kind import Candidate, LookUp, Prepared, Problem, Skipped

# Of the product card only: each invoice line carries its own percentage and code.
VAT_PERCENT = Decimal("25.5")
DEFAULT_NAME = "Odoo"


class NetvisorKindProduct(models.AbstractModel):
    """Products: the generic one that invoice lines refer to, one per connected company, made once and never changed.

    Products of their own, where the settings want them, are in ``kind_product_record.py`` (what is sent),
    ``kind_product_match.py`` (how they are found) and ``kind_product_list.py`` (Netvisor's list of products).
    """

    _name = "netvisor.kind.product"
    _inherit = "netvisor.kind"
    _description = "Netvisor: products"
    _finds_first = True

    # --- what other kinds ask ---------------------------------------------------------------------------------------
    @api.model
    def _mode(self, company):
        """How products of invoice lines become products in Netvisor. Lines put together have no product of their own."""
        root = company._netvisor_root().sudo()
        return "generic" if root.netvisor_line_mode == "vat_account" else root.netvisor_product_mode

    @api.model
    def _code(self, company):
        """Code of the generic product for invoice lines."""
        return (company._netvisor_root().sudo().netvisor_product_code or "").strip() or DEFAULT_NAME

    @api.model
    def _ensure(self, company):
        """:return: the ``netvisor.document`` that must be sent first, empty when Netvisor has the generic product"""
        root = company._netvisor_root().sudo()
        binding = self.env["netvisor.binding"]._get(root, "product", code=self._code(root))
        if binding.product_id and not binding.netvisor_key:
            binding.code = False  # a product was linked to it once; the code is the generic product's again
            binding = binding._get(root, "product", code=self._code(root))
        documents = self.env["netvisor.document"]
        if binding.netvisor_key:
            return documents
        document = binding.document_ids[:1]
        if document.state in ("done", "changed") and document.netvisor_key:
            self._bound(document)  # the process died between the two
            return documents
        refused = document.state == "blocked" and document.code
        if document.state in (*IN_FLIGHT, "claimed", "todo", "deleted") or refused:
            return document
        return documents._enqueue_binding(binding, PRIORITY_MASTER)

    # --- the contract, for the generic product ----------------------------------------------------------------------
    @api.model
    def _prepare_one(self, document):
        company, code = document.root_company_id, document.binding_id.code
        if code != self._code(company):
            raise Skipped(Problem("product_unused"))
        product = wire.Product(
            code=code,
            group=(company.netvisor_product_group or "").strip() or DEFAULT_NAME,
            name=code,
            unit_price=Decimal(0),
            price_type="net",
            vat_percent=VAT_PERCENT,
        )
        return Prepared(values=product, digest=digest(product), search={"code": code})

    @api.model
    def _request(self, document, prepared):
        return wire.add(prepared.values, document.root_company_id.netvisor_encoding)

    @api.model
    def _match(self, document, call):
        """Found by its code, it is taken as it is: the user's own product of that name will do as well as ours."""
        code = document.binding_id.code
        answer = call(wire.get_request(code=code))
        if is_not_found(answer):
            return LookUp()
        try:
            found = [product for product in wire.parse_get(answer) if product.code == code and product.key]
        except ReadError:
            return LookUp(conclusive=False, answer=answer)
        return LookUp(tuple(Candidate(product.key, True, product.code, product.name or "") for product in found[:1]))

    @api.model
    def _look_up(self, document, call):
        return self._match(document, call)

    @api.model
    def _duplicate_problem(self, document):
        return Problem("product_code_taken", {"code": document.binding_id.code})

    @api.model
    def _bound(self, documents):
        for document in documents:
            document.binding_id.write(
                {
                    "netvisor_key": document.netvisor_key,
                    "digest": document.digest,
                    "name": document.binding_id.code,
                }
            )

    @api.model
    def _check(self, document, call):
        answer = call(wire.get_request(document.netvisor_key))
        if not is_not_found(answer):
            return {}
        document.binding_id.netvisor_key = False  # the next invoice makes it anew
        return {"state": "cancelled", "netvisor_key": False}

    @api.model
    def _stamp(self, documents):
        return {document.id: document.binding_id.write_date for document in documents}
