from datetime import timedelta

from odoo import api, fields, models

from ..netvisor import voucher as wire

STEP = timedelta(days=wire.DELETED_DAYS)
OVERLAP = timedelta(days=1)


class NetvisorKindDeletedVoucher(models.AbstractModel):
    """Vouchers that somebody has deleted in Netvisor.

    The page can be read both ways: seven days from the date given, so the time since the last reading is asked for in steps
    of seven days, each with the day before; or seven days back at most, so an older date is refused and the last week is
    asked for instead. What was deleted before that comes with the ledger, which shows deleted vouchers as well.
    """

    _name = "netvisor.kind.deleted_voucher"
    _inherit = ["netvisor.kind"]
    _description = "Netvisor: reading of deleted vouchers"

    @api.model
    def _feed_wanted(self, company):
        return company.netvisor_ledger

    @api.model
    def _refresh(self, company, call, feed):
        """:return: Answer"""
        today = fields.Date.today()
        since = fields.Date.to_date(feed.bookmark) or today - STEP
        answer = call(wire.deleted_request(since - OVERLAP))
        if answer.outcome == "rejected" and since - OVERLAP < today - STEP:
            since = today - STEP + OVERLAP
            answer = call(wire.deleted_request(since))
        if not answer.ok:
            return answer
        keys = [row.key for row in wire.parse_deleted(answer) if row.key]
        if keys:
            self._deleted(company, keys)
        following = min(since + STEP - OVERLAP, today)
        feed.write({"bookmark": str(following), "pending": {"since": str(following)} if following < today else False})
        return answer

    @api.model
    def _deleted(self, company, keys):
        self.env["netvisor.ledger.voucher"]._mark_deleted(company, keys)
