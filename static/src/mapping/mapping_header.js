import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { useBus, useService } from "@web/core/utils/hooks";

const STATES = ["open", "mapped", "ignored"];

/** How far each kind of mapping is; the tabs and numbers filter the list below, the buttons work on the chosen kind. */
export class NetvisorMappingHeader extends Component {
    static template = "account_netvisor.MappingHeader";
    static props = { list: Object };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ kinds: [], connected: true, manager: false });
        const read = async () => {
            Object.assign(this.state, await this.orm.call("netvisor.mapping", "netvisor_dashboard", []));
        };
        onWillStart(read);
        onWillUpdateProps(read);
        useBus(this.env.searchModel, "update", () => this.render());
    }

    isOn(name) {
        return this.env.searchModel.getSearchItems((item) => item.name === name && item.isActive).length > 0;
    }

    /** Those that this company has anything of. */
    get kinds() {
        return this.state.kinds.filter((row) => row.total || row.only_in_netvisor);
    }

    get chosen() {
        return this.state.kinds.find((row) => this.isOn(row.kind)) || null;
    }

    get chosenState() {
        return STATES.find((name) => this.isOn(name)) || "";
    }

    percent(row) {
        const wanted = row.total - row.ignored;
        return wanted ? Math.round((100 * row.mapped) / wanted) : 100;
    }

    show(kind, state) {
        const wanted = [kind, state].filter(Boolean);
        const { searchModel } = this.env;
        searchModel.query = [];
        for (const item of searchModel.getSearchItems((each) => wanted.includes(each.name))) {
            searchModel.toggleSearchItem(item.id);
        }
    }

    async run(method) {
        const kind = this.chosen?.kind || false;
        const action = await this.orm.call("netvisor.mapping", method, [kind]);
        if (action) {
            await this.action.doAction(action, { onClose: () => this.props.list.model.load() });
        }
    }
}
