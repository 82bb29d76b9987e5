from dataclasses import replace
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..netvisor import ReadError, is_not_found
from ..netvisor import product as wire
from ..netvisor.values import digest
from .customer_values import plain
from .netvisor_document import IN_FLIGHT, PRIORITY_BUTTON
from .netvisor_kind import Blocked, NotReady, Prepared, Problem, Skipped
from .product_values import Frame, ProductReader, product_code, same_code

UNDER_WAY = (*IN_FLIGHT, "claimed", "todo")
# Words by which Netvisor says that its extended product management lets nobody else change products (4.10).
EXTENDED_WORDS = (
    "extended product",
    "laajennet",
    "laajempi tuote",
    "tuotehallin",
    "utökad produkt",
    "produkthantering",
)
LANGUAGES = {"FI": "fi", "SE": "sv", "EN": "en"}
POUND = Decimal("0.45359237")


class NetvisorKindProduct(models.AbstractModel):
    """A product variant of Odoo and its product in Netvisor, where the company's settings ask for that."""

    _inherit = "netvisor.kind.product"

    # --- what must be sent ------------------------------------------------------------------------------------------
    @api.model
    def _ensure_records(self, products, company):
        """What must be sent before invoice lines with these products can be: those that Netvisor does not have yet.

        Products that changed go to Netvisor too, where the settings want that, but no invoice waits for them: its lines
        carry names, prices, VAT and accounts of their own.

        :return: dict product → ``netvisor.document`` to be sent first, empty when Netvisor has it; products that go under the
            generic one are absent
        """
        root = company._netvisor_root().sudo()
        if self._mode(root) == "link":
            return dict.fromkeys(self._link_known(products, root), self.env["netvisor.document"])
        own = products.filtered(lambda product: not self._is_generic(product, root))
        bindings = self._bindings(own, root)
        new = {product: binding for product, binding in bindings.items() if not binding.netvisor_key}
        documents = self._documents(new.values())
        for binding, document in documents.items():
            self._heal(binding, document)
        waiting = {binding: document for binding, document in documents.items() if not binding.netvisor_key}
        self._requeue(self._to_be_sent(waiting, root))
        if root._netvisor_updates_products():
            self._enqueue_changed(self.env["netvisor.binding"].union(*bindings.values()), root)
        none = self.env["netvisor.document"]
        return {product: waiting.get(binding, none) for product, binding in bindings.items()}

    @api.model
    def _to_be_sent(self, waiting, root):
        """Without those that are on their way, and those that Netvisor has refused as they still are: a person must act.

        :param waiting: dict binding → its document
        """
        refused = {
            binding: document
            for binding, document in waiting.items()
            if document.state == "blocked" and document.code and document.digest
        }
        now = self._digests([binding.product_id for binding in refused], root, adding=True)
        return self.env["netvisor.document"].union(
            *(
                document
                for binding, document in waiting.items()
                if document.state not in UNDER_WAY
                and not (binding in refused and now.get(binding.product_id) == document.digest)
            )
        )

    @api.model
    def _is_generic(self, product, root):
        """A product without a code cannot be found by it; one with the generic product's code is the generic product."""
        code = product_code(product)
        return not code or same_code(code, self._code(root))

    @api.model
    def _enqueue_changed(self, bindings, root):
        """Send those whose data is no longer what Netvisor was told. What was linked unread counts as told."""
        linked = bindings.filtered(lambda binding: binding.netvisor_key and binding.product_id)
        now = self._digests(linked.product_id, root)
        changed = self.env["netvisor.binding"]
        for binding in linked:
            digest_now = now.get(binding.product_id)
            if digest_now and not binding.digest:
                binding.digest = digest_now
            elif digest_now and digest_now != binding.digest:
                changed |= binding
        documents = self._documents(changed)
        due = self.env["netvisor.document"].union(
            *(
                document
                for binding, document in documents.items()
                if document.state not in UNDER_WAY
                and not (document.state == "blocked" and document.digest == now[binding.product_id])
            )
        )
        self._requeue(due)
        return due

    @api.model
    def _send_now(self, products, company, priority, fetch=False):
        """A person asks: unchanged data too; ``fetch`` only looks for them in Netvisor. :return: netvisor.document"""
        kind, root = self.sudo(), company._netvisor_root().sudo()
        documents = kind._documents(kind._bindings(products.sudo(), root).values())
        result = kind.env["netvisor.document"].union(*documents.values())
        kind._requeue(
            result.filtered(lambda document: document.state not in (*IN_FLIGHT, "claimed")), priority, fetch=fetch
        )
        result._wake(root)
        return result

    # --- the contract -----------------------------------------------------------------------------------------------
    @api.model
    def _prepare(self, documents):
        """What all products share is read once for the wave."""
        result = {}
        for root, group in documents.grouped("root_company_id").items():
            products = group.binding_id.product_id
            frame = self._frame(products, root.sudo()) if products else None
            twice = self._twice(group.binding_id.filtered(lambda binding: not binding.netvisor_key), root)
            kind = self.with_context(netvisor_frame=frame, netvisor_twice=twice)
            result |= super(NetvisorKindProduct, kind)._prepare(group.with_env(kind.env))
        return result

    @api.model
    def _prepare_one(self, document):
        binding = document.binding_id
        if not binding.product_id:
            return super()._prepare_one(document)
        adding = not binding.netvisor_key
        if adding and document.operation != "fetch" and document.root_company_id.netvisor_product_mode != "code":
            raise Skipped(Problem("product_mode", {"product": binding.product_id.display_name}))
        frame = self.env.context["netvisor_frame"]
        if frame.not_ready:
            raise frame.not_ready
        reader = ProductReader(binding.product_id, frame)
        product = reader.read(adding)
        if adding and (other := self.env.context["netvisor_twice"].get(binding.product_id.id)):
            reader.problem("product_code_twice", code=product.code, other=other)
        if reader.problems:
            raise Blocked(*reader.problems)
        return Prepared(
            values=product,
            digest=digest(product),
            search={"code": product.code, "ean": product.ean or "", "name": product.name},
            operation="add" if adding else "edit",
            key=binding.netvisor_key or None,
            warnings=tuple(reader.warnings),
        )

    @api.model
    def _request(self, document, prepared):
        binding = document.binding_id
        encoding = document.root_company_id.netvisor_encoding
        if prepared.operation == "edit":
            # The code of a product that Netvisor had first is Netvisor's.
            values = replace(prepared.values, code=None) if binding.linked else prepared.values
            return wire.edit(prepared.key, values, encoding)
        return wire.add(prepared.values, encoding)

    @api.model
    def _refused(self, document, answer):
        """Extended product management refuses every change (4.10): said once, and not tried again product by product."""
        words = answer.text.casefold()
        if document.operation != "edit" or not any(word in words for word in EXTENDED_WORDS):
            return super()._refused(document, answer)
        document.root_company_id._netvisor_refuse_product_updates(answer.text)
        note = Problem("product_update_refused").as_json()
        document.write({"state": "done", "code": False, "problems": [{**note, "level": "warning"}]})
        # Those behind it in the queue, and in this very wave, would only be refused too.
        self.env["netvisor.document"].search(
            [
                ("root_company_id", "=", document.root_company_id.id),
                ("kind", "=", "product"),
                ("state", "in", ("todo", "claimed")),
                ("binding_id.netvisor_key", "!=", 0),
                ("priority", "!=", PRIORITY_BUTTON),
            ]
        ).write({"state": "done"})
        return None

    @api.model
    def _bound(self, documents):
        """The key becomes the product's own. Another product that has it already keeps it."""
        own = documents.filtered("binding_id.product_id")
        result = super()._bound(documents - own)
        for document in own:
            binding = document.binding_id
            other = self._holders(binding, [document.netvisor_key])
            if other.product_id:
                document._block([Problem("product_linked_elsewhere", {"other": other.product_id.display_name})])
                document.netvisor_key = False
                continue
            linked = document.operation == "link" or (binding.linked and document.operation == "edit")
            code = document.netvisor_number if linked else (document.search_values or {}).get("code")
            taken = self._taken_codes([code], binding.company_id, binding.product_id)
            binding.write(
                {
                    "netvisor_key": document.netvisor_key,
                    "digest": document.digest,
                    "linked": linked,
                    "code": binding.code if code in taken else code or binding.code,
                    "name": binding.product_id.display_name,
                }
            )
            binding.flush_recordset()
            there = (document.search_values or {}).get("name_there")
            if document.operation == "link" and there and plain(there) != plain(self._name_of(binding.product_id)):
                note = Problem("product_other_name", {"name": there}).as_json()
                document.problems = [{**note, "level": "warning"}]
        for root, group in own.filtered("netvisor_key").grouped("root_company_id").items():
            self._mirror(root, group)
        return result

    @api.model
    def _name_of(self, product):
        return product.with_context(display_default_code=False).display_name

    @api.model
    def _check(self, document, call):
        """Is it still there? Gone is gone: the next invoice looks for its code, and has it made anew where it may be."""
        if not document.binding_id.product_id:
            return super()._check(document, call)
        answer = call(wire.get_request(document.netvisor_key, deleted=False))
        try:
            found = () if is_not_found(answer) else wire.parse_get(answer)
        except ReadError as error:
            raise NotReady(300) from error
        if not found:
            self._forget_keys(document.root_company_id, [document.netvisor_key])
            return {"state": "deleted"}
        status = "inactive" if found[0].active is False else "active"
        values = {"remote_status": status, "netvisor_number": found[0].code or document.netvisor_number}
        if document.state == "deleted":
            document.binding_id.netvisor_key = document.netvisor_key
            values["state"] = "done"
        return values

    @api.model
    def _stamp(self, documents):
        """The product, its category and its unit: youngest change, one statement for all."""
        own = documents.filtered("binding_id.product_id")
        stamps = super()._stamp(documents - own)
        if not own:
            return stamps
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT document.id, GREATEST(product.write_date, template.write_date, category.write_date, uom.write_date)
                  FROM netvisor_document document
                  JOIN netvisor_binding binding ON binding.id = document.binding_id
                  JOIN product_product product ON product.id = binding.product_id
                  JOIN product_template template ON template.id = product.product_tmpl_id
             LEFT JOIN product_category category ON category.id = template.categ_id
             LEFT JOIN uom_uom uom ON uom.id = template.uom_id
                 WHERE document.id IN %s
                """,
                tuple(own.ids),
            )
        )
        return {**stamps, **dict(rows)}

    @api.model
    def _mark_changed(self, documents, digests=None):
        """A product that was edited while it was on its way is sent again, or stays as it was sent."""
        own = documents.filtered("binding_id.product_id")
        for root, group in own.grouped("root_company_id").items():
            if root._netvisor_updates_products():
                self._enqueue_changed(group.binding_id, root)
        return super()._mark_changed(documents - own, digests)

    # --- parts ------------------------------------------------------------------------------------------------------
    @api.model
    def _digests(self, products, root, adding=False):
        """:return: dict product → digest of what would be sent now; absent where it cannot be sent, or not be read yet"""
        products = self.env["product.product"].sudo().union(*products)
        frame = self._frame(products, root) if products else None
        if not frame or frame.not_ready:
            return {}
        found = {}
        for product in products:
            reader = ProductReader(product, frame)
            values = reader.read(adding)
            if not reader.problems:
                found[product] = digest(values)
        return found

    @api.model
    def _frame(self, products, root):
        """:return: Frame. A handful of statements, whatever the number of products."""
        root = root.sudo().with_company(root)
        positions = self.env["account.fiscal.position"].sudo().with_company(root)
        areas = {}
        domain = positions._check_company_domain(root)
        for position in positions.search(domain, order="sequence, id").filtered("account_ids"):
            areas.setdefault(position._netvisor_area(), position)
        eu, outside = areas.get("eu"), areas.get("outside")
        templates = products.sudo().with_company(root).product_tmpl_id
        home = self.env["account.account"].union(*(template.get_product_accounts()["income"] for template in templates))
        accounts = home.union(
            *(position.map_account(account) for position in (eu, outside) if position for account in home)
        )
        numbers = {account.id: account._netvisor_number(root) for account in accounts}
        not_ready = None
        try:
            missing = self.env["netvisor.account"]._missing(root, {number for number in numbers.values() if number})
            numbers = {account: "" if number in missing else number for account, number in numbers.items()}
        except NotReady as error:
            not_ready = error
        pounds = self.env["ir.config_parameter"].sudo().get_param("product.weight_in_lbs") == "1"
        return Frame(
            company=root,
            lang=self._lang(root),
            weight=POUND if pounds else Decimal(1),
            eu=eu,
            outside=outside,
            numbers=numbers,
            not_ready=not_ready,
        )

    @api.model
    def _lang(self, root):
        """Language of names and units in Netvisor: that of Netvisor itself where it is installed here."""
        wanted, own = LANGUAGES[root.netvisor_language], root.partner_id.lang or "en_US"
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        return next((code for code in (own, *installed) if code.startswith(wanted)), own)
