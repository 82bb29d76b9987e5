from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.customer_fields import FIELDS, compared, shown
from ..models.customer_match import name_of
from ..models.customer_sides import CustomerSides
from ..models.customer_values import customer_code
from ..models.kind_customer_link import UNDER_WAY
from ..models.netvisor_document import PRIORITY_BUTTON
from ..models.netvisor_mapping_kind import AGAINST, Proposal, evidence_text, level

SHOWN_CARDS = 4  # beside the one that is linked and those that a document asks about
FOUND_CARDS = 6
# The same in too many customers to be called agreement.
NO_SIGN = ("language", "private", "country", "active", "payment_term")
# Shown although no customer says anything about it: by these a person knows the contact.
KNOWN_BY = ("code", "name", "business_id", "street", "postcode", "city", "email")


class NetvisorCustomerChoice(models.TransientModel):
    """One contact of Odoo and the customers in Netvisor that it could be, side by side."""

    _name = "netvisor.customer.choice"
    _description = "Netvisor: which customer is this contact?"

    partner_id = fields.Many2one("res.partner", required=True)
    company_id = fields.Many2one("res.company", required=True)
    document_id = fields.Many2one("netvisor.document")
    search_text = fields.Char(string="Find in Netvisor")
    sides = fields.Json(compute="_compute_sides")

    @api.model
    def _open(self, partner, company):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Which customer in Netvisor is %(name)s?", name=partner.display_name),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": partner.id,
                "default_company_id": company._netvisor_root().id,
                "dialog_size": "extra-large",
            },
        }

    # --- what is shown ----------------------------------------------------------------------------------------------
    @api.depends("partner_id", "company_id", "search_text")
    @api.depends_context("lang", "uid")
    def _compute_sides(self):
        for choice in self:
            partner, company = choice.partner_id._origin, choice.company_id._origin
            choice.sides = choice._sides(partner, company) if partner and company else False

    def _sides(self, partner, company):
        """The contact, and each customer with what agrees, for the widget."""
        self._check(partner, company)
        kind, root = self.env["netvisor.kind.customer"].sudo(), company.sudo()
        proposals = self._proposals(kind, partner, root)
        cards = kind._cards([proposal.key for proposal in proposals], root)
        sides = CustomerSides(self.env(su=True), root)
        sides.warm(partner.sudo(), [card.card for card in cards.values() if card.card])
        ours = self._with_code(sides.odoo(partner.sudo()), customer_code(partner, root.netvisor_customer_code_source))
        links = kind._links(root)
        own = next((key for key, partner_id in links.items() if partner_id == partner.id), 0)
        shown_cards = [
            self._card(cards[proposal.key], proposal, sides, ours, partner, links, own)
            for proposal in proposals
            if proposal.key in cards
        ]
        document = self._document(partner, root)
        return {
            "contact": {
                "name": partner.display_name,
                "values": {name: shown(ours[name], self.env) for name in ours},
                # Where there is no room for a column of its own.
                "summary": " · ".join(shown(ours[name], self.env) for name in KNOWN_BY if name in ours),
            },
            "labels": self._labels(ours, shown_cards),
            "cards": shown_cards,
            "can_create": (not own or any(row["keep"] for row in shown_cards))
            and (not document or document.state not in UNDER_WAY),
            "replaces": bool(own),
            "asked": bool(document and document.state == "review"),
        }

    def _proposals(self, kind, partner, root):
        """What fits, what the document asks about, what the person looks for: each once."""
        found = {proposal.key: proposal for proposal in kind._propose_links(partner, root, again=True).get(partner, [])}
        document = self._document(partner, root)
        asked = [
            row["key"] for row in (document.search_values or {}).get("candidates", []) if document.state == "review"
        ]
        linked = [key for key, partner_id in kind._links(root).items() if partner_id == partner.id]
        wanted = [*linked, *asked, *list(found)[:SHOWN_CARDS]]
        if text := (self.search_text or "").strip():
            choices = self.env["netvisor.mapping.customer"].sudo()._choices(partner, root, text, FOUND_CARDS)
            found = {proposal.key: proposal for proposal in choices} | found
            wanted = [*(proposal.key for proposal in choices), *linked]
        return [found.get(key) or Proposal(str(key), key=key) for key in dict.fromkeys(wanted)]

    @api.model
    def _document(self, partner, root):
        # sudo: the choice is open to those who may not see the documents of other branches
        return (
            self.env["netvisor.document"]
            .sudo()
            .search(
                [
                    ("binding_id.partner_id", "=", partner.id),
                    ("kind", "=", "customer"),
                    ("root_company_id", "=", root.id),
                ],
                limit=1,
            )
        )

    def _card(self, card, proposal, sides, ours, partner, links, own):
        theirs = self._with_code(sides.netvisor(card.card or self._listed(card)), card.code)
        left, right = compared(ours), compared(theirs)
        same = {name for name in right if left.get(name) == right[name]}
        if name_of(left.get("name")) == name_of(right.get("name")):
            same.add("name")
        differs = {name for name in right if name in left} - same
        other = self.env["res.partner"].browse(links.get(card.netvisor_key) if card.netvisor_key != own else 0)
        return {
            "key": card.netvisor_key,
            "title": card.display_name,
            "code": card.code or "",
            "level": level(proposal.confidence) if proposal.evidence else "",
            "evidence": [
                [evidence_text(self.env, piece.code, piece.value), piece.code not in AGAINST]
                for piece in proposal.evidence
            ],
            "values": {name: shown(value, self.env) for name, value in theirs.items()},
            "same": sorted(same - {*NO_SIGN}),
            "differs": sorted(differs),
            **self._ways(partner, card, other, own),
        }

    @api.model
    def _listed(self, card):
        """Until the card itself has been read, what the list says."""
        names = {"name": card.name, "business_id": card.business_id, "email": card.email, "city": card.city}
        return {name: value for name, value in names.items() if value}

    def _ways(self, partner, card, other, own):
        """What can be done with this customer."""
        changed = card.netvisor_key == own and bool(partner.with_company(self.company_id).netvisor_identity_warning)
        other = other.sudo(False)
        return {
            "own": card.netvisor_key == own,
            "keep": changed,
            "link": card.netvisor_key != own and not other,
            "other": {"id": other.id, "name": other.sudo().display_name} if other else False,
            "merge": bool(other) and self.env["base.partner.merge.automatic.wizard"].has_access("create"),
            "person": bool(other) and self._may_be_person(partner, other),
            "branch": bool(other) and partner.is_company and partner.parent_id.commercial_partner_id == other,
        }

    @api.model
    def _may_be_person(self, partner, other):
        """Whether the contact fits as a contact person of the other, whose customer it then uses."""
        return not partner.is_company and not partner.parent_id and not partner.child_ids and other.is_company

    @api.model
    def _with_code(self, values, code):
        """The code is no field of the rules: a contact has one, its customers have one each."""
        return {"code": code, **values} if code else values

    def _labels(self, ours, cards):
        """Fields that a customer has, and those by which a person knows the contact, in the order of the rules."""
        used = {name for name in KNOWN_BY if name in ours}.union(*(card["values"] for card in cards))
        labels = {"code": self.env._("Customer code")}
        labels |= {name: self.env._(field.label) for name, field in FIELDS.items()}
        return [[name, label] for name, label in labels.items() if name in used]

    # --- what a person decides --------------------------------------------------------------------------------------
    @api.model
    def _check(self, partner, company):
        if not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only Invoicing users can link contacts to customers in Netvisor."))
        partner.check_access("read")
        roots = {each._netvisor_root() for each in self.env.companies}
        if company not in roots:
            raise AccessError(self.env._("Choose %(company)s among your companies first.", company=company.sudo().name))
        if not company._netvisor_is_connected():
            raise UserError(self.env._("%(company)s is not connected to Netvisor.", company=company.name))

    @api.model
    def _asked(self, partner_id, company_id):
        partner = self.env["res.partner"].browse(partner_id).exists()
        company = self.env["res.company"].browse(company_id).exists()
        if not partner or not company:
            raise UserError(self.env._("The contact no longer exists in Odoo."))
        self._check(partner, company)
        kind = self.env["netvisor.kind.customer"].sudo().with_company(company)
        return partner._netvisor_customer(), company, kind

    @api.model
    def action_link(self, partner_id, company_id, key):
        """This one."""
        partner, company, kind = self._asked(partner_id, company_id)
        kind._link([(partner, key)], company)
        self._decided(partner, company, key)
        return {"type": "ir.actions.act_window_close"}

    @api.model
    def action_keep(self, partner_id, company_id, key):
        """It is the customer that it was, and its business id is new."""
        partner, company, kind = self._asked(partner_id, company_id)
        binding = kind._keep_customer(partner, company)
        if binding.netvisor_key != key:
            raise UserError(
                self.env._("This customer is no longer linked to %(contact)s.", contact=partner.display_name)
            )
        documents = kind._send_now(partner, company, PRIORITY_BUTTON)
        return self.env["netvisor.engine"]._wait_for(documents.sudo(False))

    @api.model
    def action_create(self, partner_id, company_id, keys):
        """None of these: a customer of its own. The ones that were looked at are not asked about again."""
        partner, company, kind = self._asked(partner_id, company_id)
        binding = kind._bindings(partner, company.sudo())[partner]
        if binding.netvisor_key:
            kind._release(partner, company)
        document = kind._documents([binding])[binding]
        kind._check_not_under_way({binding.id: document})
        values = document.search_values or {}
        declined = sorted({*values.get("declined", ()), *map(int, keys)})
        document.write({"state": "blocked", "search_values": {"declined": declined}})
        documents = kind._send_now(partner, company, PRIORITY_BUTTON)
        self.env["netvisor.mapping"]._customer_decided(partner, company)
        return self.env["netvisor.engine"]._wait_for(documents.sudo(False))

    @api.model
    def action_merge(self, partner_id, company_id, key):
        """Both contacts are this customer: Odoo's own merging, which keeps both links (``res_partner_merge.py``)."""
        partner, company, _kind = self._asked(partner_id, company_id)
        return (partner | self._other(company, key)).action_netvisor_merge()

    @api.model
    def action_person(self, partner_id, company_id, key):
        """The contact is a person who works there, and uses the customer of the company."""
        partner, company, _kind = self._asked(partner_id, company_id)
        other = self._other(company, key)
        if not self._may_be_person(partner, other):
            raise UserError(
                self.env._(
                    "%(contact)s is a company, or has contacts of its own: merge the two instead.",
                    contact=partner.display_name,
                )
            )
        partner.parent_id = other  # as the user: whoever may edit contacts
        self.env["netvisor.mapping"]._customer_decided(partner, company)
        return {"type": "ir.actions.act_window_close"}

    @api.model
    def action_branch(self, partner_id, company_id, key):
        """The contact is a branch, and uses the customer of its head office."""
        partner, company, _kind = self._asked(partner_id, company_id)
        if partner.parent_id.commercial_partner_id != self._other(company, key):
            raise UserError(self.env._("%(contact)s is no branch of that company.", contact=partner.display_name))
        partner.netvisor_branch = "parent"
        self.env["netvisor.mapping"]._customer_decided(partner, company)
        return {"type": "ir.actions.act_window_close"}

    # --- parts ------------------------------------------------------------------------------------------------------
    @api.model
    def _other(self, company, key):
        # sudo: the link names the contact; whether the user may touch that contact, Odoo checks
        links = self.env["netvisor.kind.customer"].sudo()._links(company)
        other = self.env["res.partner"].browse(links.get(key, ())).exists()
        if not other:
            raise UserError(self.env._("This customer is no longer linked to another contact. Look again."))
        return other

    @api.model
    def _decided(self, partner, company, key):
        card = self.env["netvisor.kind.customer"].sudo()._cards([key], company)[key]
        partner.sudo()._message_log(
            author_id=self.env.user.partner_id.id,
            body=self.env._(
                "%(company)s: linked to %(customer)s in Netvisor.", company=company.name, customer=card.display_name
            ),
        )
        self.env["netvisor.mapping"]._customer_decided(partner, company)
