import { Component, onWillStart, useState } from "@odoo/owl";
import { DashboardKanbanRenderer } from "@account/views/account_dashboard_kanban/account_dashboard_kanban_renderer";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/**
 * The guided connection: what is done, what is open, and how many invoices wait for each step.
 * On the dashboard it hides itself when all is settled; in the settings and on its own page it is always there.
 */
export class NetvisorGuide extends Component {
    static template = "account_netvisor.Guide";
    static props = { dashboard: { type: Boolean, optional: true } };
    static defaultProps = { dashboard: false };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ guide: false });
        onWillStart(() => this.load());
    }

    get guide() {
        const guide = this.state.guide;
        if (!guide || (this.props.dashboard && (guide.hidden || guide.state === "done"))) {
            return false;
        }
        return guide;
    }

    get settled() {
        return this.guide.steps.filter((step) => step.state === "done").length;
    }

    async load() {
        try {
            this.state.guide = await this.orm.silent.call("res.company", "netvisor_guide", []);
        } catch (error) {
            // A guide that cannot be read must not take the dashboard with it.
            console.warn("Netvisor guide:", error);
            this.state.guide = false;
        }
    }

    icon(step) {
        return {
            done: "fa-check-circle text-success",
            partly: "fa-adjust text-warning",
            todo: "fa-circle-o text-muted",
        }[step.state];
    }

    async run(model, method, args = []) {
        const action = await this.orm.call(model, method, args);
        if (action && typeof action === "object") {
            await this.action.doAction(action, { onClose: () => this.load() });
        } else {
            await this.load();
        }
    }

    open(step) {
        return this.run("onboarding.onboarding.step", step.action);
    }

    extra(step) {
        return this.run("res.company", step.extra[0], [[this.guide.company_id]]);
    }

    hide() {
        return this.run("onboarding.onboarding", "action_close_panel_netvisor");
    }

    show() {
        return this.run("onboarding.onboarding", "action_show_panel_netvisor");
    }

    disconnect() {
        return this.run("res.company", "action_netvisor_disconnect");
    }

    documents(step) {
        return this.run("res.company", "netvisor_guide_documents", [step]);
    }
}

/** On a form, above the settings. */
class NetvisorGuideWidget extends Component {
    static template = "account_netvisor.GuideWidget";
    static components = { NetvisorGuide };
    static props = { ...standardWidgetProps };
}

registry.category("view_widgets").add("netvisor_guide", { component: NetvisorGuideWidget });

/** On a page of its own: for accounting administrators, who have no settings. */
class NetvisorGuidePage extends Component {
    static template = "account_netvisor.GuidePage";
    static components = { NetvisorGuide };
    static props = { ...standardActionServiceProps };
}

registry.category("actions").add("netvisor_guide", NetvisorGuidePage);

// The accounting dashboard draws the panels of Odoo's onboarding in the journals' cards; this one is about the company.
DashboardKanbanRenderer.components = { ...DashboardKanbanRenderer.components, NetvisorGuide };
