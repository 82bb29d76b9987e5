from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import plaintext2html, split_every

ACTIVITY = "account_netvisor.mail_activity_problem"
# States that nothing but a person ends. What was changed after sending is only shown.
NEEDS_PERSON = ("blocked", "review", "deleted")


class NetvisorDocument(models.Model):
    """One activity on the invoice for each document that needs a person, gone by itself when it is solved."""

    _inherit = "netvisor.document"

    def _sync_activities(self):
        """Idempotent, and in batches: the engine calls it at the end of a run, for the documents whose state changed."""
        activity_type = self.env.ref(ACTIVITY, raise_if_not_found=False)
        if not activity_type:  # a person has deleted the type: nobody wants these activities
            return
        for ids in split_every(500, self.ids):
            documents = self.sudo().browse(ids).filtered("move_id")
            # Nobody gets an e-mail for each of five hundred: the inbox of activities shows them.
            documents.with_context(mail_activity_quick_update=True)._sync_activities_batch(activity_type)

    def _sync_activities_batch(self, activity_type):
        Activity = self.env["mail.activity"]
        known = Activity.search(
            [
                ("res_model", "=", "account.move"),
                ("res_id", "in", self.move_id.ids),
                ("activity_type_id", "=", activity_type.id),
                ("automated", "=", True),
            ]
        )
        by_move = known.grouped("res_id")
        # A move has one document that is the entry itself; its match may need a person too, and shares the activity.
        waiting = self.search([("move_id", "in", self.move_id.ids), ("state", "in", NEEDS_PERSON)])
        problems = {}
        for document in waiting.with_context(lang=self._activity_lang()):
            problems.setdefault(document.move_id.id, document)
        model_id = self.env["ir.model"]._get_id("account.move")
        solved, missing, managers = Activity, [], {}
        for move in self.move_id:
            document, activities = problems.get(move.id), by_move.get(move.id, Activity)
            if not document:
                solved |= activities
                continue
            summary, note = document._activity_words()
            if not activities:
                user = document._activity_user(managers)
                if user:
                    missing.append(
                        {
                            "activity_type_id": activity_type.id,
                            "res_model_id": model_id,
                            "res_id": move.id,
                            "user_id": user.id,
                            "date_deadline": fields.Date.context_today(self.with_context(tz=user.tz)),
                            "summary": summary,
                            "note": note,
                            "automated": True,
                        }
                    )
            elif activities[0].summary != summary:
                activities[0].write({"summary": summary, "note": note})
        solved.unlink()
        Activity.create(missing)

    def _activity_lang(self):
        return self.root_company_id[:1].partner_id.lang or "en_US"

    def _activity_words(self):
        """:return: (one line, all of it)"""
        self.ensure_one()
        state_words = (self._state_alert() or {}).get("message") if self.state == "deleted" else None
        words = state_words or self.problem or self.message
        words = words or dict(self._fields["state"]._description_selection(self.env))[self.state]
        rest = words.splitlines()[1:]
        lines = [line for line in (*rest, self._own_words(), self.remedy) if line]
        return words.splitlines()[0], plaintext2html("\n".join(lines)) if lines else False

    def _activity_user(self, managers):
        """Who made the invoice, who posted it, or else an accounting administrator of the company.

        Only somebody who may see the problem, in this company.

        :param dict managers: company → user, filled here: asked once per batch
        """
        self.ensure_one()
        company = self.company_id
        for user in self.move_id.invoice_user_id | self.create_uid:
            if (
                user.active
                and user.id != self.env.ref("base.user_root").id
                and company in user.company_ids
                and user.has_group("account.group_account_invoice")
            ):
                return user
        if company not in managers:
            managers[company] = self._activity_manager(company.id)
        return managers[company]

    @api.model
    def _activity_manager(self, company_id):
        domain = Domain("all_group_ids", "in", self.env.ref("account.group_account_manager").ids)
        domain &= Domain("company_ids", "in", company_id) & Domain("id", "!=", self.env.ref("base.user_root").id)
        return self.env["res.users"].search(domain, order="id", limit=1)
