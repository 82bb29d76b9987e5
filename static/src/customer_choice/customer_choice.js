import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A contact and the customers in Netvisor that it could be, field by field. A person compares and decides. */
export class NetvisorCustomerChoice extends Component {
    static template = "account_netvisor.CustomerChoice";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get sides() {
        return this.props.record.data[this.props.name] || { cards: [], labels: [], contact: { values: {} } };
    }

    /** One column of the contact, and one of each customer. */
    get columns() {
        return `minmax(6rem, max-content) repeat(${this.sides.cards.length + 1}, minmax(11rem, 1fr))`;
    }

    async decide(method, argument) {
        const { data, resModel } = this.props.record;
        const result = await this.orm.call(resModel, method, [data.partner_id.id, data.company_id.id, argument]);
        await this.action.doAction({ type: "ir.actions.act_window_close" });
        if (result.type !== "ir.actions.act_window_close") {
            await this.action.doAction(result);
        } else {
            await this.action.doAction({ type: "ir.actions.client", tag: "soft_reload" });
        }
    }

    create() {
        return this.decide(
            "action_create",
            this.sides.cards.map((card) => card.key)
        );
    }
}

registry.category("fields").add("netvisor_customer_choice", {
    component: NetvisorCustomerChoice,
    supportedTypes: ["json"],
});
