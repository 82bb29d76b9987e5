"""The recipe of the base database, run once in `odoo shell`: a connected Finnish company with posted invoices."""

from odoo import Command, fields

from odoo.addons.account_netvisor.sandbox import defaults

INVOICES = 6
CUSTOMERS = 2


def prepare(env):
    company = env.ref("base.main_company")
    company.write({"company_registry": next(iter(defaults.ORGANISATIONS))})
    connect(company)
    journal = sale_journal(env)
    journal.write(
        {
            "netvisor_export": "sales_invoice",
            "netvisor_refund_prefix": "9",
            "invoice_reference_model": "fi",
        }
    )
    partners = env["res.partner"].create([_customer(env, index) for index in range(CUSTOMERS)])
    moves = post_invoices(env, partners, INVOICES)
    refund = moves[0]._reverse_moves([{"invoice_date": fields.Date.today(), "journal_id": journal.id}])
    refund.action_post()
    bookkeeper = env["res.users"].create(
        {
            "name": "Bookkeeper",
            "login": "bookkeeper",
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [Command.set([env.ref("base.group_user").id, env.ref("account.group_account_invoice").id])],
        }
    )
    env["ir.cron"].search([("id", "!=", company.netvisor_cron_id.id)]).active = False
    assert company.netvisor_cron_id.active and bookkeeper
    env.cr.commit()


def connect(company):
    """The address is that of no sandbox yet: each test starts its own and writes where it listens."""
    company.write(
        {
            "netvisor_mode": "sandbox",
            "netvisor_base_url": "http://127.0.0.1:1/",
            "netvisor_sender": defaults.SENDER,
            "netvisor_customer_id": defaults.CUSTOMER_ID,
            "netvisor_customer_key": defaults.CUSTOMER_KEY,
            "netvisor_partner_id": defaults.PARTNER_ID,
            "netvisor_partner_key": defaults.PARTNER_KEY,
            "netvisor_organisation_id": next(iter(defaults.ORGANISATIONS)),
            "netvisor_language": "EN",
            "netvisor_delivery": "odoo",
            "netvisor_send_automatically": True,
            "netvisor_checked_count": 20,  # the first ones are behind us: waves are whole
        }
    )


def voucher_journal(env):
    """The general journal, whose entries become vouchers; Netvisor's voucher types are known by now."""
    journal = env["account.journal"].search([("type", "=", "general")], order="id", limit=1)
    voucher_type = env["netvisor.voucher.type"].search([("abbreviation", "=", "MU")], limit=1)
    journal.write({"netvisor_export": "voucher", "netvisor_voucher_type_id": voucher_type.id})
    journal.company_id.netvisor_checked_vouchers = 20
    return journal


def post_entries(env, count):
    """``count`` posted entries of two lines, committed. :return: account.move"""
    journal = voucher_journal(env)
    accounts = [env["account.account"].search([("code", "=", code)], limit=1) for code in ("7230", "1910")]
    moves = env["account.move"].create(
        [
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": fields.Date.today(),
                "ref": f"Vuokra {index}",
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": sign * (100.0 + index), "name": "Vuokra"})
                    for account, sign in zip(accounts, (1, -1), strict=True)
                ],
            }
            for index in range(count)
        ]
    )
    moves.action_post()
    env.cr.commit()
    return moves


def entries(env):
    """The entries of that journal, in the order in which they were made."""
    return env["account.move"].search([("journal_id", "=", voucher_journal(env).id)], order="id")


def sale_journal(env):
    return env["account.journal"].search([("type", "=", "sale")], limit=1)


def _customer(env, index):
    return {
        "name": f"Asiakas {index} Oy",
        "is_company": True,
        "street": f"Sahakatu {index}",
        "zip": "33100",
        "city": "Tampere",
        "country_id": env.ref("base.fi").id,
        "ref": str(100 + index),
    }


def post_invoices(env, partners, count):
    """``count`` posted invoices of one line, by turns for the partners. :return: account.move"""
    journal = sale_journal(env)
    tax = env["account.tax"].search([("type_tax_use", "=", "sale"), ("amount", "=", 25.5)], limit=1)
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partners[index % len(partners)].id,
                "invoice_date": fields.Date.today(),
                "journal_id": journal.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Asennustyö",
                            "quantity": 1,
                            "price_unit": 100.0 + index,
                            "tax_ids": [Command.set(tax.ids)],
                        }
                    )
                ],
            }
            for index in range(count)
        ]
    )
    moves.action_post()
    return moves
