from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models import einvoice_address
from ..models.einvoice_offer import Offer, offers
from .customer_common import CustomerCase


class EinvoiceCase(CustomerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = new_test_user(
            cls.env(su=True),
            "keeper",
            groups="base.group_user,base.group_partner_manager,account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.basware = cls.env.ref("account_netvisor.operator_basware").sudo()

    def linked(self, einvoice_address, operator_code, **values):
        """A contact whose customer card in Netvisor says something about e-invoices."""
        partner = self.customer_card(**values)
        card = {"name": partner.name, "einvoice_address": einvoice_address, "operator_code": operator_code}
        self.env["netvisor.customer"].sudo()._upsert(self.company, {500 + partner.id: card}, complete=False)
        self.kind._link([(partner, 500 + partner.id)], self.company)
        return partner.with_company(self.company)


@tagged("post_install", "-at_install", "post_install_l10n")
class TestEinvoiceOffers(EinvoiceCase):
    def test_made_of_the_business_id(self):
        self.assertEqual(offers(self.customer_card(company_registry="7654321-2")), [Offer("ovt", "003776543212")])
        self.assertEqual(offers(self.customer_card("Mistyped", company_registry="7654321-3")), [])
        self.assertEqual(offers(self.customer_card("Abroad", country_id=self.env.ref("base.se").id)), [])
        self.assertEqual(offers(self.customer_card("Maija", is_company=False, company_registry="010190-123A")), [])

    def test_peppol(self):
        """Finnish OVT schemes are the same address; any other scheme has no room in Netvisor."""
        partner = self.customer_card(peppol_eas="0216", peppol_endpoint="003776543212ABC")
        self.assertEqual(offers(partner)[0], Offer("peppol", "003776543212ABC"))
        partner.write({"peppol_eas": "0007", "peppol_endpoint": "5566778899"})
        self.assertEqual(offers(partner), [])

    def test_edicode_of_another_module(self):
        """Fields of a module that is not installed here: what is read of them, as that module has them."""

        class Record(dict):
            def __getattr__(self, name):
                return self if name == "_fields" else self.get(name, False)

        operator = Record(identifier="BAWCFI22")
        partner = Record(
            edicode="0037 7654 3212", einvoice_operator_id=operator, vat="FI76543212", country_id=Record(code="FI")
        )
        self.assertEqual(offers(partner), [Offer("edicode", "003776543212", "BAWCFI22"), Offer("ovt", "003776543212")])

    def test_customer_card(self):
        partner = self.linked("TE003776543212", "BWEI", company_registry="7654321-2")
        self.assertEqual(partner.netvisor_einvoice_proposal, "TE003776543212")
        self.assertEqual(partner.netvisor_einvoice_source, "netvisor")
        partner.with_user(self.keeper).action_netvisor_use_ovt()
        self.assertEqual(partner.netvisor_einvoice_address, "TE003776543212")
        self.assertEqual(partner.netvisor_operator_id, self.basware, "found by its other identifier")

    def test_print_services_are_not_offered(self):
        for address in einvoice_address.PRINT_SERVICES:
            partner = self.linked(address.lower(), "MAVENTA", name=address)
            self.assertFalse(partner.netvisor_einvoice_proposal)

    def test_nothing_is_taken_by_itself(self):
        partner = self.linked("003776543212", "MAVENTA", company_registry="7654321-2")
        partner.peppol_eas, partner.peppol_endpoint = "0216", "003776543212"
        self.send(partner)
        self.assertFalse(partner.netvisor_einvoice_address or partner.netvisor_operator_id)


@tagged("post_install", "-at_install", "post_install_l10n")
class TestEinvoiceReview(EinvoiceCase):
    def review(self, partners, user=None):
        action = partners.with_user(user or self.keeper).with_company(self.company).action_netvisor_propose_einvoice()
        return (
            self.env[action["res_model"]]
            .with_user(user or self.keeper)
            .with_company(self.company)
            .browse(action["res_id"])
        )

    def test_only_what_is_accepted(self):
        card = self.linked("003776543212", "BAWCFI22", name="Kortti Oy")
        made = self.customer_card("Tunnus Oy", company_registry="7654321-2")
        peppol = self.customer_card("Peppol Oy", peppol_eas="0216", peppol_endpoint="003712345671")
        nothing = self.customer_card("Tyhjä Oy")
        partners = card | made | peppol | nothing
        review = self.review(partners)
        lines = {line.partner_id: line for line in review.line_ids}
        self.assertEqual({partner: line.source for partner, line in lines.items()},
                         {card: "netvisor", made: "ovt", peppol: "peppol"})  # fmt: skip
        self.assertEqual(lines[card].operator_id, self.basware)
        self.assertFalse(any(review.line_ids.mapped("accepted")), "nothing is accepted beforehand")
        self.assertIn("Without an operator", lines[made].hint)
        self.assertFalse(lines[card].hint)
        with self.assertRaises(UserError):
            review.action_apply()
        review.action_accept_complete()
        self.assertEqual(review.line_ids.filtered("accepted"), lines[card])
        lines[peppol].write({"accepted": True, "address": " 0216:0037 1234 5671 ", "operator_id": self.operator.id})
        review.action_apply()
        self.assertEqual((card.netvisor_einvoice_address, card.netvisor_operator_id), ("003776543212", self.basware))
        self.assertEqual(
            (peppol.netvisor_einvoice_address, peppol.netvisor_operator_id), ("003712345671", self.operator)
        )
        self.assertFalse(made.netvisor_einvoice_address)
        self.assertFalse(self.review(card).line_ids, "nothing new is known of it")

    def test_what_is_there_stays(self):
        told = self.customer_card(
            "Kerrottu Oy", company_registry="7654321-2", netvisor_einvoice_address="TE003776543212"
        )
        self.assertFalse(self.review(told).line_ids, "what the receiver has told is better than what could be")
        # A source that knows more is offered, with the operator that is there when it knows none.
        told.write(
            {"peppol_eas": "0216", "peppol_endpoint": "003776543212ABC", "netvisor_operator_id": self.operator.id}
        )
        [line] = self.review(told).line_ids
        self.assertEqual((line.address, line.operator_id), ("003776543212ABC", self.operator))
        self.assertIn("TE003776543212", line.present)

    def test_unknown_operator(self):
        partner = self.linked("003776543212", "UUSI-1")
        [line] = self.review(partner).line_ids
        self.assertFalse(line.operator_id)
        self.assertIn("UUSI-1", line.hint)
        self.assertFalse(self.env["netvisor.operator"].search([("code", "=", "UUSI-1")]))

    def test_contacts_stand_for_their_company(self):
        partner = self.customer_card(company_registry="7654321-2")
        clerk = self.env["res.partner"].create({"name": "Kalle", "parent_id": partner.id})
        self.assertEqual(self.review(clerk | partner).line_ids.partner_id, partner)

    def test_many_in_few_queries(self):
        counts = []
        for number in (3, 60):
            partners = self.env["res.partner"].create(
                [
                    {"name": f"Asiakas {number} {i}", "is_company": True, "company_registry": "7654321-2",
                     "country_id": self.finland.id}
                    for i in range(number)
                ]
            )  # fmt: skip
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(partners._netvisor_einvoice_lines(self.company)), number)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_who_may(self):
        partner = self.customer_card(company_registry="7654321-2")
        salesman = new_test_user(self.env(su=True), "salesman", groups="base.group_user,base.group_partner_manager")
        for method in ("action_netvisor_propose_einvoice", "action_netvisor_use_ovt"):
            with self.assertRaises(AccessError):
                getattr(partner.with_user(salesman), method)()
        review = self.review(partner, self.bookkeeper)
        review.action_accept_all()
        with self.assertRaises(AccessError):
            review.action_apply()  # Odoo's own right to change contacts is asked, too
        self.assertFalse(partner.netvisor_einvoice_address)


@tagged("post_install", "-at_install", "post_install_l10n")
class TestEinvoiceOperators(EinvoiceCase):
    """What goes to Netvisor when operators change, merge, or go by another name there."""

    def with_operator(self, operator, **values):
        return self.customer_card(
            ref="K1", netvisor_einvoice_address="003776543212", netvisor_operator_id=operator.id, **values
        )

    def test_part_of_another(self):
        """Contacts keep the old operator; their invoices go to the one that has taken it over."""
        palette, pagero = (self.env.ref(f"account_netvisor.operator_{name}").sudo() for name in ("palette", "pagero"))
        partner = self.with_operator(palette)
        self.send(partner)
        self.assertEqual(self.remote_customer(partner)["operator_id"], "PALETTE")
        palette.replaced_by_id = pagero
        self.assertIn("Pagero", partner.netvisor_einvoice_hint)
        self.send(partner)
        self.assertEqual(self.remote_customer(partner)["operator_id"], "003723609900")
        self.assertEqual(partner.netvisor_operator_id, palette)

    def test_successor_that_left_blocks(self):
        palette, pagero = (self.env.ref(f"account_netvisor.operator_{name}").sudo() for name in ("palette", "pagero"))
        palette.replaced_by_id = pagero
        pagero.active = False
        partner = self.with_operator(palette)
        self.assertIn("not in use", partner.netvisor_einvoice_hint)
        document = self.send(partner)
        self.assertEqual(self.codes(document), ["operator_inactive"])
        [alert] = document.with_user(self.bookkeeper).alerts.values()
        self.assertEqual((alert["action"]["res_model"], alert["action"]["res_id"]), ("res.partner", partner.id))
        pagero.active = True
        self.run_netvisor()
        self.assertEqual(document.state, "done")

    def test_another_identifier_is_one_click(self):
        wrong = self.env["netvisor.operator"].sudo().create(
            {"name": "Basware uusi", "code": "BASWARE-NEW", "aliases": "BASWARE-OLD, BAWCFI22X"}
        )  # fmt: skip
        partner = self.with_operator(wrong)
        document = self.send(partner)
        self.assertEqual(self.codes(document), ["operator_refused"])
        # Only accounting administrators change the list; others are shown the operator.
        alert = document.with_user(self.bookkeeper).alerts["netvisor_problem_0"]
        self.assertEqual(alert["action"]["res_id"], wrong.id)
        with self.assertRaises(AccessError):
            document.with_user(self.bookkeeper).action_operator_alias()
        alert = document.with_user(self.controller).alerts["netvisor_problem_0"]
        self.assertIn("BASWARE-OLD", alert["action_text"])
        with self.enter_registry_test_mode():
            document.with_user(self.controller).action_operator_alias()
        self.assertEqual((wrong.code, wrong.aliases), ("BASWARE-OLD", "BAWCFI22X,BASWARE-NEW"))
        self.assertEqual(document.state, "todo", "due again without another click")
        self.run_netvisor()
        self.assertEqual(self.codes(document), ["operator_refused"], "Netvisor does not know that one either")
        wrong.write({"aliases": "003721291126x", "code": "003721291126"})
        self.run_netvisor()
        self.assertEqual(document.state, "done")

    def test_operator_without_other_identifiers(self):
        wrong = self.env["netvisor.operator"].sudo().create({"name": "Uusi", "code": "UUSI1"})
        document = self.send(self.with_operator(wrong))
        alert = document.with_user(self.controller).alerts["netvisor_problem_0"]
        self.assertEqual((alert["action"]["res_model"], alert["action"]["res_id"]), ("netvisor.operator", wrong.id))
        with self.assertRaises(UserError):
            document.with_user(self.controller).action_operator_alias()

    def test_all_that_e_invoicing_needs_goes_out(self):
        """Language, e-mail, delivery address, consumer (4.1)."""
        self.env["res.lang"].sudo()._activate_lang("sv_SE")
        partner = self.with_operator(self.operator, email="Koivu <laskut@koivu.example>", lang="sv_SE")
        self.env["res.partner"].create(
            {"name": "Varasto", "type": "delivery", "parent_id": partner.id, "street": "Varastotie 5", "zip": "20100",
             "city": "Turku", "country_id": self.finland.id}
        )  # fmt: skip
        self.send(partner)
        fields = self.remote_customer(partner)["fields"]
        self.assertEqual(fields["finvoiceaddress"], "003776543212")
        self.assertEqual(fields["finvoiceroutercode"], "003721291126")
        self.assertEqual(fields["invoicinglanguage"], "SE")
        self.assertEqual(fields["emailinvoicingaddress"], "laskut@koivu.example")
        self.assertEqual(fields["deliverystreetaddress"], "Varastotie 5")
        self.assertEqual(fields["deliverypostnumber"], "20100")
        self.assertEqual(fields["isprivatecustomer"], "0")
        person = self.customer_card("Maija", is_company=False)
        self.send(person)
        self.assertEqual(self.remote_customer(person)["fields"]["isprivatecustomer"], "1")
