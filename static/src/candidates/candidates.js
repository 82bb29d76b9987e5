import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What Netvisor has that may be this document, each with a button. A person compares and decides. */
export class NetvisorCandidates extends Component {
    static template = "account_netvisor.Candidates";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
    }

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }

    async choose(row) {
        await this.call("action_choose", { candidate_key: row.key });
    }

    async sendAgain() {
        await this.call("action_send_again", {});
    }

    async call(method, context) {
        const { record } = this.props;
        await this.orm.call(record.resModel, method, [[record.resId]], { context });
        await record.load();
    }
}

registry.category("fields").add("netvisor_candidates", {
    component: NetvisorCandidates,
    supportedTypes: ["json"],
});
