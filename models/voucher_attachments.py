from odoo import api, models

from ..netvisor.voucher import Attachment
from .netvisor_kind import Blocked, Problem

MEGABYTE = 1024 * 1024
NAME_LENGTH = 255
# After these the last message certainly did not arrive, nor its files.
NOT_ARRIVED = ("rejected", "not_sent", "busy", "config")


class NetvisorKindVoucher(models.AbstractModel):
    """Files that a person has chosen. Netvisor charges for each (4.13), so none goes twice, whatever happens to an answer."""

    _inherit = "netvisor.kind.voucher"

    @api.model
    def _attachments_there(self, document):
        """:return: checksums of the files that Netvisor has, or may have"""
        search = (document.search_values or {}) if document.netvisor_key else {}
        adding = () if document.outcome in NOT_ARRIVED else search.get("adding", ())
        return list(dict.fromkeys([*search.get("attachments", ()), *adding]))

    @api.model
    def _new_attachments(self, draft):
        """:return: ir.attachment, those that are chosen and not there yet"""
        move, files = draft.move.sudo(), self.env["ir.attachment"].sudo()
        if move.journal_id.netvisor_voucher_attachments != "chosen":
            return files
        there = set(self._attachments_there(draft.document))
        chosen = move.netvisor_attachment_ids.sorted("id")
        if there - set(chosen.mapped("checksum")):
            draft.warn("voucher_attachment_stays", count=len(there - set(chosen.mapped("checksum"))))
        limit = draft.root.netvisor_attachment_limit
        for attachment in chosen.filtered(lambda attachment: attachment.checksum not in there):
            if attachment.type != "binary" or not attachment.file_size:
                draft.block("voucher_attachment_gone", file=attachment.name)
            elif attachment.file_size > limit * MEGABYTE:
                size = round(attachment.file_size / MEGABYTE, 1)
                draft.block("voucher_attachment_large", file=attachment.name, size=size, limit=limit)
            elif attachment.checksum not in {known.checksum for known in files}:
                files |= attachment
        return files

    @api.model
    def _files(self, document, ids):
        """Read just before the message is made. :raise Blocked: when one is no longer there"""
        files = []
        for attachment in self.env["ir.attachment"].sudo().browse(ids):
            content = attachment.raw if attachment.exists() else None
            if not content:
                name = attachment.name if attachment.exists() else ""
                raise Blocked(Problem("voucher_attachment_gone", {"file": name}))
            files.append(
                Attachment(
                    filename=attachment.name[:NAME_LENGTH],
                    mimetype=attachment.mimetype or "application/octet-stream",
                    data=content,
                )
            )
        return tuple(files)
