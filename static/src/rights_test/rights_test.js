import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Tries the rights in Netvisor part by part, shows how far it is, then the list of what was found out. */
export class NetvisorRightsTest extends Component {
    static template = "account_netvisor.RightsTest";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ position: 0, total: 0, label: "", problem: "" });
        this.left = false;
        onMounted(() => this.run());
        onWillUnmount(() => {
            this.left = true;
        });
    }

    get percent() {
        return this.state.total ? Math.round((100 * this.state.position) / this.state.total) : 0;
    }

    async run() {
        this.state.problem = "";
        let part = { position: 0 };
        try {
            while (!part.action && !this.left) {
                part = await this.orm.call("netvisor.right", "try_part", [part.position]);
                Object.assign(this.state, { position: part.position, total: part.total, label: part.label });
                if (part.problem) {
                    this.state.problem = part.problem;
                    return;
                }
            }
        } catch (error) {
            // The server's sentence is the answer to what the person asked for, not a failure of the screen.
            this.state.problem = error.data?.message || error.message;
            return;
        }
        if (!this.left) {
            // Started from the list, it shows the list anew; started from elsewhere, there is a way back.
            const again = this.action.currentController?.action?.res_model === "netvisor.right";
            await this.action.doAction(part.action, again ? { stackPosition: "replaceCurrentAction" } : {});
        }
    }

    close() {
        return this.action.doAction({ type: "ir.actions.act_window_close" });
    }
}

registry.category("actions").add("netvisor_rights_test", NetvisorRightsTest);
