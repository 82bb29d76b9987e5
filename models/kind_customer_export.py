from dataclasses import replace
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..netvisor import formats
from ..netvisor.customer import Customer
from .customer_fields import FIELDS, compared
from .customer_merge import may_send, must_send, sides
from .customer_sides import CustomerSides
from .customer_values import NAME_LIMIT
from .netvisor_document import SENT
from .netvisor_kind import Problem, Unchanged

# A transaction that was slow to commit carries an older date than the reading that did not see it.
EXPORT_OVERLAP = timedelta(hours=1)


class NetvisorKindCustomer(models.AbstractModel):
    """What of a contact goes to its customer card: only what Odoo has changed, and only where the rules let it."""

    _inherit = "netvisor.kind.customer"

    @api.model
    def _read(self, partner, company):
        """An archived contact is no longer in use; one in use says nothing, so that an old fingerprint still holds."""
        reader, customer = super()._read(partner, company)
        return reader, customer if partner.active else replace(customer, active=False)

    # --- is there anything to send? ---------------------------------------------------------------------------------
    @api.model
    def _compare_new(self, company, bindings):
        """Linked since the last reading: first look what stands on the card, so that linking overwrites nothing."""
        new = (
            self.env["netvisor.binding"].sudo().union(*(row for row in bindings if row.netvisor_key and not row.agreed))
        )
        if new:
            self._merge_bindings(company, new)

    @api.model
    def _is_due(self, binding, partner, now):
        """:param now: the digest of what would be sent now"""
        if not binding.netvisor_key or not now:
            return True
        if binding.digest and now == binding.digest:
            return False
        # Without a digest it could not be sent when it was linked; or it is gone, and waits for a person.
        if not binding.agreed or (not binding.digest and set(binding.document_ids.mapped("state")) - {*SENT}):
            return True
        if self._code_to_send(binding, self._read(partner, binding.company_id)[1], binding.agreed.get("code")):
            return True
        odoo = compared(CustomerSides(self.env, binding.company_id).odoo(partner))
        if self._to_send(binding, partner, odoo, self._winners(binding)):
            return True
        binding.digest = now  # only what Netvisor wins has changed, or a conflict waits for a person
        return False

    @api.model
    def _winners(self, binding):
        return self.env["netvisor.customer.rule"]._winners(binding.company_id)

    @api.model
    def _code_to_send(self, binding, customer, known):
        """The code of a customer that Netvisor had first is Netvisor's, unless a person typed another one.

        :param known: the code that Odoo had when the two were last compared
        """
        typed = binding.company_id.netvisor_customer_code_source == "field"
        return customer.code if customer.code != known and (typed or not binding.linked) else None

    # --- the message ------------------------------------------------------------------------------------------------
    @api.model
    def _prepare_one(self, document):
        prepared = super()._prepare_one(document)
        binding, partner = document.binding_id, document.binding_id.partner_id
        odoo = compared(CustomerSides(self.env, binding.company_id).odoo(partner, prepared.values))
        sent = {name: value for name, value in odoo.items() if FIELDS[name].sends}
        if prepared.operation == "edit":
            winners = self._winners(binding)
            sent = self._to_send(binding, partner, odoo, winners)
            code = self._code_to_send(binding, prepared.values, (binding.agreed or {}).get("code"))
            if not sent and not code:
                document.netvisor_key = binding.netvisor_key  # of a link that was never sent: it can be checked
                raise Unchanged(Problem("customer_nothing_to_send", {"contact": partner.display_name}))
            prepared.values = self._changed_only(binding, prepared.values, sent, code)
        prepared.search.update(fields=sent, sent_code=prepared.values.code or "")
        return prepared

    @api.model
    def _changed_only(self, binding, customer, names, code):
        """The other elements are left out, which leaves what Netvisor has."""
        values = {}
        for name in names:
            known = (binding.agreed or {}).get(name)
            for number, part in enumerate(FIELDS[name].parts):
                value = getattr(customer, part)
                if value is None and self._is_blanked(FIELDS[name], known, number):
                    value = ""
                values[part] = value
        if "name" in names:
            values |= self._own_extension(binding, values)
        if "active" in names:
            values["active"] = bool(binding.partner_id.active)
        return Customer(code=code, **values)

    @api.model
    def _own_extension(self, binding, values):
        """An extension that stands on the card came to Odoo at the end of the name: sent back inside it, the card would have it
        twice. Here it stays where it is, and goes when it was taken out of the name."""
        card = self._cards([binding.netvisor_key], binding.company_id).get(binding.netvisor_key)
        extension = " ".join(((card and card.card or {}).get("name_extension") or "").split())
        if not extension or values["name_extension"]:
            return {}
        if values["name"].endswith(f" {extension}"):
            return {"name": values["name"].removesuffix(extension).strip()}
        before = sides((binding.agreed or {}).get("name"))[0] or ""
        return {"name_extension": ""} if before.endswith(f" {extension}") else {}

    @api.model
    def _is_blanked(self, field, known, number):
        """The second line of a street that has one line now; or all of it where a person wants it empty. Never what Odoo
        did not know."""
        before = sides(known)[0]
        if must_send(known) == "blank":
            return True
        if field.joined:
            return number > 0 and bool(before) and formats.length(before) > NAME_LIMIT
        return isinstance(before, list) and bool(before[number])

    @api.model
    def _bound(self, documents):
        codes = {document.id: document.binding_id.code for document in documents}
        result = super()._bound(documents)
        for document in documents:
            binding = document.binding_id
            if not binding.netvisor_key or binding.netvisor_key != document.netvisor_key:
                continue  # another contact has it
            if document.operation in ("add", "edit"):
                self._write_sent(binding, document.search_values or {}, codes[document.id])
            elif not binding.agreed and binding.partner_id:
                self._merge_bindings(binding.company_id, binding)
        return result

    @api.model
    def _write_sent(self, binding, search, code):
        """What was sent is agreed, until the card is read again and says how Netvisor has written it.

        :param code: what the customer was known by before; another one may be Netvisor's own
        """
        sent = search.get("fields")
        if sent is None:
            return
        agreed = {**(binding.agreed or {}), **sent}
        if search.get("sent_code"):
            agreed["code"] = search["sent_code"]
        conflicts = {name: row for name, row in (binding.conflicts or {}).items() if name not in sent}
        binding.write(
            {
                "agreed": {name: value for name, value in agreed.items() if value is not None},
                "conflicts": conflicts or False,
                "conflict_count": len(conflicts),
                "echo": True,
                "code": search.get("sent_code") or code or binding.code,
            }
        )

    # --- asked by a person ------------------------------------------------------------------------------------------
    @api.model
    def _send_now(self, partners, company, priority):
        """All that may go, changed or not; what both have changed waits for a person all the same."""
        root = company._netvisor_root().sudo()
        winners = self.env["netvisor.customer.rule"]._winners(root)
        if not may_send({}, winners):
            raise UserError(
                self.env._("Netvisor wins every field of a customer, so nothing can be sent. Change who wins first.")
            )
        customers = partners.browse().union(*partners._netvisor_customers().values())
        bindings = self.env["netvisor.binding"].sudo().union(*self._bindings(customers, root).values())
        self._compare_new(root, bindings)
        for binding in bindings.filtered("agreed"):
            allowed = may_send(binding.conflicts, winners)
            # Without Odoo's side of it everything differs from what was agreed.
            binding.agreed = {
                name: {"netvisor": sides(known)[1]} if name in allowed else known
                for name, known in binding.agreed.items()
            }
        return super()._send_now(partners, company, priority)

    # --- as soon as changed -----------------------------------------------------------------------------------------
    @api.model
    def _changed_links(self, company, since, after=0, limit=500):
        """Links whose contact, addresses, operator or agreement changed. One statement. :return: ids in order"""
        for name in ("res.partner", "netvisor.operator", "netvisor.binding"):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT binding.id
                  FROM netvisor_binding binding
                  JOIN res_partner partner ON partner.id = binding.partner_id
             LEFT JOIN netvisor_operator operator ON operator.id = partner.netvisor_operator_id
                 WHERE binding.company_id = %(company)s AND binding.kind = 'customer' AND binding.netvisor_key != 0
                   AND binding.id > %(after)s
                   AND (%(since)s::timestamp IS NULL
                        OR GREATEST(partner.write_date, operator.write_date, binding.write_date) > %(since)s
                        OR EXISTS (SELECT FROM res_partner child
                                    WHERE child.parent_id = partner.id AND child.type IN ('invoice', 'delivery')
                                      AND child.write_date > %(since)s))
              ORDER BY binding.id
                 LIMIT %(limit)s
                """,
                company=company.id,
                after=after,
                since=since and since - EXPORT_OVERLAP,
                limit=limit,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _export_changed(self, company, ids):
        """Queue those that really differ; the engine sends them in the same run."""
        bindings = self.env["netvisor.binding"].sudo().browse(ids)
        self._warm(self.env["netvisor.document"].sudo().search([("binding_id", "in", ids), ("kind", "=", "customer")]))
        # Who uses another's customer by now has nothing of its own to send, and nobody has asked for that other one.
        self._ensure(bindings.partner_id.filtered(lambda partner: partner._netvisor_customer() == partner), company)
