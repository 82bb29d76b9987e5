import { onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { ActionableErrors } from "@account/components/actionable_errors/actionable_errors";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

/** A list with a banner above it: what its model has to tell of the whole. */
export class NetvisorDocumentListRenderer extends ListRenderer {
    static template = "account_netvisor.DocumentListRenderer";
    static components = { ...ListRenderer.components, ActionableErrors };

    setup() {
        super.setup();
        this.netvisorOrm = useService("orm");
        this.netvisor = useState({ alerts: {} });
        const read = async () => {
            this.netvisor.alerts = await this.netvisorOrm.call(this.props.list.resModel, "netvisor_banner", []);
        };
        onWillStart(read);
        onWillUpdateProps(read);
    }
}

registry.category("views").add("netvisor_document_list", {
    ...listView,
    Renderer: NetvisorDocumentListRenderer,
});
