from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class NetvisorMirror(models.AbstractModel):
    """A list that Netvisor owns and Odoo only reads: updated as a whole, rows that disappear become inactive."""

    _name = "netvisor.mirror"
    _description = "Netvisor: list read from Netvisor"

    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade", readonly=True)
    netvisor_key = fields.Integer(string="Netvisor key", readonly=True, aggregator=None)
    active = fields.Boolean(default=True, readonly=True)

    @api.model
    def _upsert(self, company, rows, complete=True):
        """Make the mirror equal to these rows, writing only what differs.

        :param rows: dict netvisor key → values; ``active`` may be among them
        :param complete: False when these are only some of the list: the others stay as they are
        """
        mirror = self.sudo().with_context(active_test=False)
        domain = [("company_id", "=", company.id)]
        if not complete:
            domain.append(("netvisor_key", "in", list(rows)))
        known = {record.netvisor_key: record for record in mirror.search(domain)}
        new = []
        for key, values in rows.items():
            values = {"active": True, **values}
            record = known.pop(key, None)
            if record is None:
                new.append({"company_id": company.id, "netvisor_key": key, **values})
                continue
            differing = {name: value for name, value in values.items() if (record[name] or False) != (value or False)}
            if differing:
                record.write(differing)
        mirror.create(new)
        if not complete:
            return
        for record in known.values():
            if record.active:
                record.active = False

    @api.model
    def _feed_kind(self):
        return self._name.removeprefix("netvisor.").replace(".", "_")

    @api.model
    def _read_again(self, company):
        """Have the company's job read the list as soon as it can."""
        self.env["netvisor.feed"]._read_now(company, (self._feed_kind(),))

    def action_read_again(self):
        """Button above the list: read it again now."""
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only Invoicing users can read lists from Netvisor."))
        company = self.env.company
        if not company._netvisor_is_connected():
            raise UserError(self.env._("%(company)s is not connected to Netvisor.", company=company.name))
        self._read_again(company)
        return self.env["netvisor.feed"]._said()
