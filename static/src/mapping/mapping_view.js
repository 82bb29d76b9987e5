import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { openChooser } from "./mapping_fields";
import { NetvisorMappingHeader } from "./mapping_header";

/** A click on a row opens the chooser: there is no form behind it. */
const withChooser = (Controller) =>
    class extends Controller {
        setup() {
            super.setup();
            this.chooserDialog = useService("dialog");
        }

        async openRecord(record) {
            if (record.data.can_change) {
                openChooser(this.chooserDialog, record);
            }
        }
    };

export class NetvisorMappingListRenderer extends ListRenderer {
    static template = "account_netvisor.MappingListRenderer";
    static components = { ...ListRenderer.components, NetvisorMappingHeader };
}

export class NetvisorMappingKanbanRenderer extends KanbanRenderer {
    static template = "account_netvisor.MappingKanbanRenderer";
    static components = { ...KanbanRenderer.components, NetvisorMappingHeader };
}

registry.category("views").add("netvisor_mapping_list", {
    ...listView,
    Controller: withChooser(ListController),
    Renderer: NetvisorMappingListRenderer,
});
registry.category("views").add("netvisor_mapping_kanban", {
    ...kanbanView,
    Controller: withChooser(KanbanController),
    Renderer: NetvisorMappingKanbanRenderer,
});
