import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { NetvisorMappingChooser } from "./mapping_chooser";

/** Opens the chooser for a row of the list; afterwards the list is read again. */
export function openChooser(dialog, record) {
    const { record_name, current } = record.data;
    dialog.add(NetvisorMappingChooser, {
        mappingId: record.resId,
        title: _t("%s in Netvisor", record_name),
        current: current || "",
        onChosen: () => record.model.load(),
    });
}

/** What the record is in Netvisor, or could be. */
export class NetvisorTarget extends Component {
    static template = "account_netvisor.MappingTarget";
    static props = { ...standardFieldProps };

    get data() {
        return this.props.record.data;
    }
}

/** Why: each reason by itself, with what speaks against it. */
export class NetvisorEvidence extends Component {
    static template = "account_netvisor.MappingEvidence";
    static props = { ...standardFieldProps };

    get pieces() {
        return this.props.record.data[this.props.name] || [];
    }
}

/** How sure, as a bar with its number; what is mapped already needs none. */
export class NetvisorConfidence extends Component {
    static template = "account_netvisor.MappingConfidence";
    static props = { ...standardFieldProps };

    get data() {
        return this.props.record.data;
    }

    get value() {
        return this.data[this.props.name] || 0;
    }

    get colour() {
        const colours = { sure: "bg-success", likely: "bg-info", possible: "bg-warning", weak: "bg-danger" };
        return colours[this.data.level] || "bg-danger";
    }

    get isOpen() {
        return ["open", "ignored"].includes(this.data.state);
    }
}

/** Button of a row: choose another. */
export class NetvisorMappingChange extends Component {
    static template = "account_netvisor.MappingChange";
    static props = { ...standardWidgetProps };

    setup() {
        this.dialog = useService("dialog");
    }

    change() {
        openChooser(this.dialog, this.props.record);
    }
}

const fields = registry.category("fields");
fields.add("netvisor_target", { component: NetvisorTarget, supportedTypes: ["char"] });
fields.add("netvisor_evidence", { component: NetvisorEvidence, supportedTypes: ["json"] });
fields.add("netvisor_confidence", { component: NetvisorConfidence, supportedTypes: ["integer"] });
registry.category("view_widgets").add("netvisor_mapping_change", { component: NetvisorMappingChange });
