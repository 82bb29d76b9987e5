from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError

from ..netvisor import Client, Credentials
from .netvisor_pause import PAUSES, describe_pause

CREDENTIAL_PARTS = (
    "base_url",
    "sender",
    "customer_id",
    "customer_key",
    "partner_id",
    "partner_key",
    "organisation_id",
)


class ResCompany(models.Model):
    """What the engine and the other parts ask of a connected company."""

    _inherit = "res.company"

    def _netvisor_root(self):
        """The company that has the connection: a branch uses that of its head office."""
        self.ensure_one()
        return self.sudo().parent_ids[:1].with_env(self.env) or self

    def _netvisor_is_connected(self):
        return bool(self) and self._netvisor_root().sudo().netvisor_mode not in (False, "disabled")

    # --- credentials ------------------------------------------------------------------------------------------------
    def _netvisor_credential_values(self):
        """The one place where the keys are read. Override it to keep them outside the database.

        :return: dict of the seven parts by the names of their fields without ``netvisor_``
        """
        company = self._netvisor_root().sudo()  # the keys are for administrators, the job works for everyone
        return {name: company[f"netvisor_{name}"] or "" for name in CREDENTIAL_PARTS}

    def _netvisor_credentials(self):
        """:raise BadCredentials: naming the part that is missing or cannot be sent"""
        company = self._netvisor_root().sudo()
        return Credentials(
            **self._netvisor_credential_values(),
            language=company.netvisor_language,
            encoding=company.netvisor_encoding,
        )

    def _netvisor_client(self):
        """:raise BadAddress: for a host that may not be called in this mode."""
        local = self._netvisor_root().netvisor_mode in ("sandbox", "test")
        return Client(self._netvisor_credentials(), allow_local=local)

    def _netvisor_missing_credentials(self):
        """:return: labels of what is still empty"""
        values = self._netvisor_credential_values()
        names = [f"netvisor_{name}" for name in CREDENTIAL_PARTS if not values[name]]
        labels = self.sudo().fields_get(names, ["string"]) if names else {}
        return [labels[name]["string"] for name in names]

    # --- pauses -----------------------------------------------------------------------------------------------------
    def _netvisor_pause(self, code, text="", seconds=None):
        """Let the whole connection rest.

        :param code: a key of ``PAUSES``
        :param text: Netvisor's own words, kept unchanged
        :param seconds: the rest; by default what the table says, doubled at every repetition
        """
        company = self._netvisor_root().sudo()
        pause = PAUSES.get(code)
        count = company.netvisor_pause_count + 1 if company.netvisor_pause_code == code else 1
        if seconds is None and pause and pause.seconds:
            seconds = min(pause.seconds * 2 ** min(count - 1, 20), pause.longest)
        company.write(
            {
                "netvisor_pause_code": code,
                "netvisor_pause_text": text or False,
                "netvisor_pause_count": count,
                "netvisor_paused_until": fields.Datetime.now() + timedelta(seconds=seconds) if seconds else False,
            }
        )
        if seconds and company.netvisor_cron_id:
            company.netvisor_cron_id._trigger(at=company.netvisor_paused_until)

    def _netvisor_unpause(self):
        """Work again: after a success, a change of credentials, or a person's decision."""
        for company in self:
            company = company._netvisor_root().sudo()
            if company.netvisor_pause_code or company.netvisor_paused_until:
                company.write(
                    {
                        "netvisor_pause_code": False,
                        "netvisor_pause_text": False,
                        "netvisor_pause_count": 0,
                        "netvisor_paused_until": False,
                    }
                )

    def _netvisor_is_paused(self):
        """A pause whose time is over lets one try through; the success of that try ends it (``_netvisor_unpause``)."""
        company = self._netvisor_root().sudo()
        if not company.netvisor_pause_code:
            return False
        until = company.netvisor_paused_until
        return not until or until > fields.Datetime.now()

    def _netvisor_pause_words(self):
        """:return: (what is wrong, what to do), or two empty strings"""
        code = self._netvisor_root().sudo().netvisor_pause_code
        return describe_pause(self.env, code) if code else ("", "")

    # --- a copied database must never send --------------------------------------------------------------------------
    def _netvisor_fingerprint(self):
        """What differs between a database and its copy: Odoo's uuid, the name, the cluster."""
        self.env.cr.execute(
            "SELECT current_database(), has_function_privilege('pg_catalog.pg_control_system()', 'execute')"
        )
        name, readable = self.env.cr.fetchone()
        cluster = ""
        if readable:
            self.env.cr.execute("SELECT system_identifier FROM pg_control_system()")
            cluster = str(self.env.cr.fetchone()[0])
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid", "")
        return "|".join((uuid, name, cluster))

    def _netvisor_check_database(self):
        """:return: True when this is the database in which the connection was made; otherwise the company is paused."""
        company = self._netvisor_root().sudo()
        here = company._netvisor_fingerprint()
        known = company.netvisor_database
        if not known:
            company.netvisor_database = here
            return True
        # The cluster cannot always be read: an empty part proves nothing.
        if all(a == b or not (a and b) for a, b in zip(known.split("|"), here.split("|"), strict=False)):
            return True
        if company.netvisor_pause_code != "copied_database":
            company._netvisor_pause("copied_database")
        return False

    def action_netvisor_right_database(self):
        """A person confirms that this is not a copy: it was moved or renamed."""
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only system administrators can confirm the database."))
        for company in self:
            company = company._netvisor_root().sudo()
            company.netvisor_database = company._netvisor_fingerprint()
            if company.netvisor_pause_code == "copied_database":
                company._netvisor_unpause()
            company._netvisor_wake()

    def action_netvisor_resume(self):
        """A person has mended what the pause is about."""
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only system administrators can resume the connection."))
        for company in self:
            if company._netvisor_check_database():
                company._netvisor_unpause()
                company._netvisor_wake()

    # --- the job ----------------------------------------------------------------------------------------------------
    def _netvisor_wake(self):
        """Have the company's job run as soon as this transaction is committed."""
        self.env["netvisor.document"]._wake(self)

    def _netvisor_sync_cron(self):
        """One job per connected company, so that any number of servers share the work through Odoo's own engine."""
        for company in self.sudo().with_context(active_test=False):
            cron = company.netvisor_cron_id
            active = company.active and not company.parent_id and company.netvisor_mode != "disabled"
            if not cron and not active:
                continue
            values = {"name": f"Netvisor: {company.name}", "active": active}
            if not cron:
                cron = (
                    self.env["ir.cron"]
                    .sudo()
                    .create(
                        {
                            **values,
                            "model_id": self.env["ir.model"]._get_id("res.company"),
                            "state": "code",
                            "code": f"model.browse({company.id})._netvisor_cron()",
                            "user_id": self.env.ref("base.user_root").id,
                            "interval_number": 10,
                            "interval_type": "minutes",
                            "priority": 10,
                        }
                    )
                )
                company.netvisor_cron_id = cron
            else:
                # A running job cannot be modified: leave it alone unless something really changes.
                values = {name: value for name, value in values.items() if cron[name] != value}
                if values:
                    cron.write(values)
            if active and values:
                cron._trigger()

    def _netvisor_remove_cron(self):
        crons = self.sudo().with_context(active_test=False).netvisor_cron_id
        actions = crons.ir_actions_server_id
        crons.unlink()
        actions.exists().unlink()
