import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { KeepLast } from "@web/core/utils/concurrency";

/** Everything in Netvisor that a record may be: typed text searches, arrows move, Enter chooses. */
export class NetvisorMappingChooser extends Component {
    static template = "account_netvisor.MappingChooser";
    static components = { Dialog };
    static props = {
        mappingId: Number,
        title: String,
        current: { type: String, optional: true },
        onChosen: Function,
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ rows: [], at: 0, text: "", problem: "", busy: false });
        this.keepLast = new KeepLast();
        this.listRef = useRef("list");
        useAutofocus({ refName: "search" });
        this.searchSoon = useDebounced(() => this.search(), 250);
        onWillStart(() => this.search());
    }

    async search() {
        const rows = await this.keepLast.add(
            this.orm.call("netvisor.mapping", "choices", [[this.props.mappingId], this.state.text])
        );
        Object.assign(this.state, { rows, at: 0 });
    }

    onKeydown(event) {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step) {
            event.preventDefault();
            const last = this.state.rows.length - 1;
            this.state.at = Math.max(0, Math.min(last, this.state.at + step));
            this.listRef.el?.children[this.state.at]?.scrollIntoView({ block: "nearest" });
        } else if (event.key === "Enter" && this.state.rows.length) {
            event.preventDefault();
            this.choose(this.state.rows[this.state.at]);
        }
    }

    async choose(row) {
        if (this.state.busy) {
            return;
        }
        Object.assign(this.state, { busy: true, problem: "" });
        try {
            await this.orm.call("netvisor.mapping", "action_choose", [[this.props.mappingId], row.code, row.key]);
        } catch (error) {
            // The server's sentence answers the choice; the dialog stays, for another one.
            Object.assign(this.state, { busy: false, problem: error.data?.message || error.message });
            return;
        }
        this.props.close();
        await this.props.onChosen();
    }
}
