import hashlib
import hmac

from odoo import fields, models


class ResCompany(models.Model):
    """Whether a test has succeeded with exactly the credentials that are in use: a digest remembers them, never the keys."""

    _inherit = "res.company"

    netvisor_tested = fields.Char(groups="base.group_system", copy=False)
    netvisor_tested_date = fields.Datetime(string="Netvisor connection tested", copy=False, readonly=True)

    def _netvisor_credentials_digest(self):
        values = self._netvisor_credential_values()
        text = "\n".join((self._netvisor_root().netvisor_mode, *(values[name] for name in sorted(values))))
        salt = self.env["ir.config_parameter"].sudo().get_param("database.uuid", "")
        return hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()

    def _netvisor_set_tested(self, works=True):
        self._netvisor_root().sudo().write(
            {
                "netvisor_tested": self._netvisor_credentials_digest() if works else False,
                "netvisor_tested_date": works and fields.Datetime.now(),
            }
        )

    def _netvisor_is_tested(self):
        tested = self._netvisor_root().sudo().netvisor_tested
        return bool(tested) and hmac.compare_digest(tested, self._netvisor_credentials_digest())
