from collections import defaultdict
from dataclasses import dataclass

from odoo import api, models

from .netvisor_document import PRIORITY_MASTER
from .netvisor_kind import Problem
from .product_values import folded, product_code, same_code


@dataclass(frozen=True)
class LineProduct:
    """Under which product an invoice line goes."""

    key: int | None = None  # of the product in Netvisor; None: the generic one
    note: Problem | None = None  # why it is the generic one
    waits: int = 0  # seconds until it is known


class NetvisorKindProduct(models.AbstractModel):
    """Links between Odoo's variants and Netvisor's products: made, kept, and asked for by invoice lines."""

    _inherit = "netvisor.kind.product"

    # --- what invoice lines ask -------------------------------------------------------------------------------------
    @api.model
    def _line_products(self, products, company):
        """One query for a whole wave, two where products are only linked.

        :return: dict product id → LineProduct
        """
        root, mode = company._netvisor_root().sudo(), self._mode(company)
        if mode == "generic" or not products:
            return {}
        bindings = (
            self.env["netvisor.binding"]
            .sudo()
            .search_fetch(
                [("company_id", "=", root.id), ("kind", "=", "product"), ("product_id", "in", products.ids)],
                ["product_id", "netvisor_key"],
            )
        )
        keys = {binding.product_id.id: binding.netvisor_key for binding in bindings if binding.netvisor_key}
        found = {product.id: LineProduct(key=keys[product.id]) for product in products if product.id in keys}
        rest = products.filtered(lambda product: product.id not in keys)
        judge = self._line_without_link if mode == "code" else self._line_not_there
        state = self._list_state(root) if rest and mode == "link" else ""
        return found | {product.id: judge(product, root, state) for product in rest}

    @api.model
    def _line_without_link(self, product, root, _state):
        """A product without a code is no reason to hold an invoice: only Netvisor's statistics of products miss it."""
        if not product_code(product):
            return LineProduct(note=Problem("product_line_no_code", {"product": product.display_name}))
        return LineProduct() if self._is_generic(product, root) else LineProduct(waits=30)

    @api.model
    def _line_not_there(self, product, root, state):
        if product_code(product) and self._is_generic(product, root):
            return LineProduct()
        if state == "reading" and product.barcode:
            return LineProduct(waits=30)  # its EAN code may be among those still to come
        code = "product_list_unread" if state == "unread" else "product_line_not_there"
        return LineProduct(note=Problem(code, {"product": product.display_name}))

    @api.model
    def _list_state(self, root):
        """:return: "unread", "reading" (EAN codes are still to come) or "read" """
        feed = (
            self.env["netvisor.feed"].sudo().search([("company_id", "=", root.id), ("kind", "=", "product")], limit=1)
        )
        if not feed.last_done:
            return "unread"
        return "reading" if feed.pending and not feed.message else "read"

    # --- links that the settings allow to be made while sending -----------------------------------------------------
    @api.model
    def _link_known(self, products, root):
        """Mode *link*: what Netvisor's list has under the same code, or else under the same EAN code, is linked.

        :return: the products that are linked now
        """
        known = self._known_bindings(products, root)
        linked = known.filtered("netvisor_key").product_id
        found = self._find_in_list(products - linked, root)
        self._link(found, root)
        return linked.union(*found)

    @api.model
    def _find_in_list(self, products, root):
        """:return: dict product → the one free product of Netvisor's list with its code, or else with its EAN code"""
        mirror = self.env["netvisor.product"].sudo()
        wanted = products.filtered(lambda product: not same_code(product.default_code, self._code(root)))
        twice = {product.id for rows in wanted.grouped(product_code).values() if len(rows) > 1 for product in rows}
        codes = {
            product: product_code(product) for product in wanted if product.id not in twice and product_code(product)
        }
        by_code = mirror._by_code(root, set(codes.values()))
        found = {product: by_code[code] for product, code in codes.items() if code in by_code}
        eans = {product: product.barcode for product in wanted if product not in found and product.barcode}
        by_ean = mirror._by_ean(root, set(eans.values()))
        found |= {product: by_ean[code] for product, code in eans.items() if code in by_ean}
        taken = self._taken_keys(root, [row.netvisor_key for row in found.values()])
        free = {}
        for product, row in found.items():
            if row.netvisor_key not in taken:
                taken.add(row.netvisor_key)
                free[product] = row
        return free

    @api.model
    def _taken_keys(self, root, keys):
        rows = self.env["netvisor.binding"].sudo()
        domain = [("company_id", "=", root.id), ("kind", "=", "product"), ("netvisor_key", "in", keys)]
        return set(rows.search_fetch(domain, ["netvisor_key"]).mapped("netvisor_key"))

    @api.model
    def _link(self, found, root):
        """Link products to rows of Netvisor's list. Nothing is written to Netvisor.

        :param found: dict product → ``netvisor.product``
        """
        if not found:
            return
        products = self.env["product.product"].union(*found)
        bindings = self._bindings(products, root)
        taken = self._taken_codes([row.code for row in found.values()], root, products)
        for product, row in found.items():
            bindings[product].write(
                {
                    "netvisor_key": row.netvisor_key,
                    "linked": True,
                    "code": False if row.code in taken else row.code,
                    "digest": False,  # what it is now counts as what Netvisor was told
                }
            )
        documents = self._known_bindings(products, root).document_ids.filtered(
            lambda document: document.state in ("todo", "blocked", "review", "deleted", "cancelled")
        )
        for document in documents:
            document.write(
                {
                    "state": "done",
                    "netvisor_key": document.binding_id.netvisor_key,
                    "operation": "link",
                    "problems": False,
                    "message": False,
                    "code": False,
                    "follow_up": "all",  # by the company's job: what waits for this one goes on
                }
            )
        documents._wake(root)

    @api.model
    def _taken_codes(self, codes, root, products):
        """A code is one link's. Where a stale one has it (that product has got another code since) the key alone counts."""
        domain = [("company_id", "=", root.id), ("kind", "=", "product"), ("code", "in", codes)]
        links = self.env["netvisor.binding"].sudo().search(domain)
        return set(links.filtered(lambda link: link.product_id not in products).mapped("code"))

    @api.model
    def _forget_keys(self, root, keys):
        """Netvisor no longer has these: the generic product is made anew, others where the settings say so."""
        bindings = self.env["netvisor.binding"].sudo()
        domain = [("company_id", "=", root.id), ("kind", "=", "product"), ("netvisor_key", "in", keys)]
        gone = bindings.search(domain)
        gone.write({"netvisor_key": False, "digest": False, "linked": False})
        own = gone.filtered("product_id").document_ids
        own.filtered(lambda document: document.state in ("done", "changed")).write({"state": "deleted"})
        (gone.document_ids - own).write({"state": "cancelled", "netvisor_key": False})

    @api.model
    def _unlink_records(self, links):
        """A person takes links back. What the product's own document says of the past stays, but it is no link any more."""
        links.document_ids.filtered(lambda document: document.state in ("done", "changed", "deleted")).write(
            {"state": "cancelled", "netvisor_key": False, "problems": [Problem("product_unlinked").as_json()]}
        )
        links.write({"netvisor_key": False, "digest": False, "linked": False, "code": False})

    # --- rows -------------------------------------------------------------------------------------------------------
    @api.model
    def _known_bindings(self, products, root):
        domain = [("company_id", "=", root.id), ("kind", "=", "product"), ("product_id", "in", products.ids)]
        return self.env["netvisor.binding"].sudo().search(domain)

    @api.model
    def _bindings(self, products, root):
        """:return: dict product → its binding, made when missing; a link that lost its product is taken over by code"""
        model = self.env["netvisor.binding"].sudo()
        known = self._known_bindings(products, root)
        missing = products - known.product_id
        codes = {product_code(product): product for product in missing if not self._is_generic(product, root)}
        orphans = model
        if codes:
            domain = [("company_id", "=", root.id), ("kind", "=", "product"), ("product_id", "=", False)]
            orphans = model.search([*domain, ("code", "in", list(codes))])
        for orphan in orphans:
            orphan.product_id = codes[orphan.code]
        values = {"company_id": root.id, "kind": "product"}
        missing -= orphans.product_id
        made = model.create([{**values, "product_id": product.id, "name": product.display_name} for product in missing])
        by_product = {binding.product_id.id: binding for binding in known | orphans | made}
        return {product: by_product[product.id] for product in products}

    @api.model
    def _documents(self, bindings):
        """:return: dict binding → its document, made when missing"""
        model = self.env["netvisor.document"].sudo()
        bindings = self.env["netvisor.binding"].sudo().union(*bindings)
        if not bindings:
            return {}
        known = model.search([("binding_id", "in", bindings.ids), ("kind", "=", "product")])
        made = model.create(
            [
                {
                    "name": binding.product_id.display_name,
                    "company_id": binding.company_id.id,
                    "root_company_id": binding.company_id.id,
                    "kind": "product",
                    "binding_id": binding.id,
                    "priority": PRIORITY_MASTER,
                    "uuid": self.env["netvisor.engine"]._new_uuid(),
                }
                for binding in bindings - known.binding_id
            ]
        )
        by_binding = {document.binding_id.id: document for document in known | made}
        return {binding: by_binding[binding.id] for binding in bindings}

    @api.model
    def _heal(self, binding, document):
        """The key was committed with the document and the process died before the link got it, or a person chose it."""
        if not binding.netvisor_key and document.netvisor_key and document.state in ("done", "changed"):
            self._bound(document)

    @api.model
    def _requeue(self, documents, priority=PRIORITY_MASTER, fetch=False):
        if documents:
            documents.write(
                {
                    "state": "todo",
                    "next_try": False,
                    "problems": False,
                    "message": False,
                    "code": False,
                    "priority": priority,
                    "operation": "fetch" if fetch else False,
                }
            )
            documents._wake(documents.root_company_id)

    @api.model
    def _holders(self, binding, keys):
        """Links of other records to these keys of the same company."""
        domain = [("company_id", "=", binding.company_id.id), ("kind", "=", "product"), ("netvisor_key", "in", keys)]
        return self.env["netvisor.binding"].search([*domain, ("id", "!=", binding.id)])

    @api.model
    def _twice(self, bindings, root):
        """Codes are unique in Netvisor; Odoo's internal references are not.

        :return: dict product id → names of the products that have the same code: in use in Odoo, or linked under it
        """
        products = bindings.product_id.sudo()
        codes = {product.id: product_code(product) for product in products if product_code(product)}
        if not codes:
            return {}
        holders = defaultdict(list)
        domain = [("default_code", "in", list(set(products.mapped("default_code")) | set(codes.values())))]
        ours = ["|", ("company_id", "=", False), ("company_id", "child_of", root.id)]
        for product in self.env["product.product"].sudo().search([*domain, *ours]):
            holders[folded(product.default_code)].append(product)
        domain = [("company_id", "=", root.id), ("kind", "=", "product"), ("netvisor_key", "!=", 0)]
        links = self.env["netvisor.binding"].sudo()
        for link in links.search([*domain, ("code", "in", list(codes.values())), ("product_id", "!=", False)]):
            holders[folded(link.code)].append(link.product_id)
        others = {id_: [other for other in holders[folded(code)] if other.id != id_] for id_, code in codes.items()}
        return {
            product_id: ", ".join(dict.fromkeys(other.display_name for other in rows))
            for product_id, rows in others.items()
            if rows
        }
