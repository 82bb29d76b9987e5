import { registry } from "@web/core/registry";

const openTest = [
    { content: "The app's settings", trigger: '.settings_tab .tab[data-key="account"]', run: "click" },
    { content: "The connection's block", trigger: "#netvisor_connection" },
    { content: "Keys are not readable", trigger: '#netvisor_connection div[name=netvisor_customer_key] input[type="password"]' },
    { content: "Ask Netvisor", trigger: "#netvisor_connection button[name=action_netvisor_test]", run: "click" },
];

// An administrator sees the connection and what Netvisor says to it.
registry.category("web_tour.tours").add("netvisor_connection_works", {
    steps: () => [
        ...openTest,
        { content: "It works", trigger: '.modal:contains("The connection works.")' },
        { content: "Close", trigger: '.modal footer button:contains("Close")', run: "click" },
        { content: "Back", trigger: "body:not(:has(.modal)) #netvisor_connection" },
    ],
});

registry.category("web_tour.tours").add("netvisor_connection_fails", {
    steps: () => [
        ...openTest,
        { content: "It does not work", trigger: '.modal:contains("Something must be mended first.")' },
        { content: "Netvisor's own words", trigger: '.modal .alert:contains("Netvisor:")' },
    ],
});
