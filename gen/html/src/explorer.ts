// The explorer: all flows, searched and filtered while users type.

import { Chooser } from "./chooser";
import { Catalog, type Data } from "./data";
import { h, save } from "./dom";
import { toCSV, toJSON, toMarkdown } from "./export";
import { Facets } from "./facets";
import { List, mostPrinted } from "./list";
import { filtered, type Mask, matchesNone, Search, wordsOf } from "./match";
import { order, type Ordered, transportText } from "./order";
import { requestCSV, requestMarkdown, siteFile } from "./request";
import { isRunnable, runsOf } from "./run";
import { copyState, filterNames, fromAddress, type State, toAddress, type View, views } from "./state";

declare const portspecFlows: Data | undefined;

const viewNames: Record<View, string> = { direction: "who to whom", component: "by component", listener: "by listener" };

/** The delay after the last key before the address changes, in milliseconds. Browsers limit how often it may. */
const addressDelay = 300;

/** With more components than this, those that run share one chip: the chooser lists them all. */
const mostRuns = 6;

/** The columns of CSV that the first lines about a flow show. */
const summarized = new Set(["product", "version", "flow", "from", "to", "listener", "transport", "ports", "port_text", "other_ports", "dynamic", "when", "purpose", "optional", "suffices"]);

/** Values that are not shown. */
const usual: Record<string, string[]> = {
  bind: ["any"], both_ways: ["false"], persistent: ["false"], scope: ["network"], delivery: ["unicast"], opened_by_installer: ["false"], same_on_peers: ["false"],
};

const labels: Record<string, string> = {
  service: "Shared service", app: "Protocol", bind: "Bound to", both_ways: "Either side starts", persistent: "Long-lived", scope: "Scope", delivery: "Delivery",
  groups: "Groups", family: "Family", source: "Source port", reply: "Answer to", via: "Through", configurable: "Can be changed", note: "Note", cite: "Rests on", at: "Located at",
};

class Explorer {
  readonly #search: Search;
  readonly #views = new Map<View, Ordered>();
  readonly #list: List;
  readonly #facets: Facets;
  readonly #chooser: Chooser;
  readonly #words: HTMLInputElement;
  readonly #radios = new Map<View, HTMLInputElement>();
  readonly #count = h("p", { class: "count", role: "status" });
  readonly #active = h("p", { class: "active" });
  readonly #about = h("p", { class: "about" });
  readonly #dialog = h("dialog", { class: "dialog", "aria-labelledby": "flow-title" });
  readonly #requests: HTMLElement;
  #state = fromAddress(location.hash);
  /** The flows that match the filters, whatever the words: typing does not change them. */
  #filtered: Mask;
  #typing = false;
  #timer = 0;

  constructor(private readonly catalog: Catalog, root: HTMLElement) {
    this.#search = new Search(catalog);
    this.#list = new List((at) => this.#open(at));
    this.#facets = new Facets(catalog, (name, values) => this.#change((s) => (s.filters[name] = values)));
    this.#requests = h("p", { class: "exports" }, "Save what you run as ",
      button("change request", "Markdown, for a ticket", () => this.#save("change-request.md", "text/markdown", requestMarkdown)), " ",
      button("change request as CSV", "for spreadsheets and programs", () => this.#save("change-request.csv", "text/csv", requestCSV)), " ",
      button("site", "YAML, for portspec resolve --site", () => save("my-site.yaml", "application/yaml", siteFile(catalog, this.#state))));
    this.#chooser = new Chooser(catalog, this.#requests, (run, set) => this.#change((s) => Object.assign(s, { run, set })));
    this.#words = h("input", {
      type: "search", id: "words", autocomplete: "off", spellcheck: "false", placeholder: "Words in any order, such as ums 8443", "aria-label": "Search flows", "aria-keyshortcuts": "/",
      oninput: () => this.#type(), onblur: () => this.#endTyping(),
      onkeydown: (e: KeyboardEvent) => {
        if (e.key !== "ArrowDown" && e.key !== "Enter") return;
        e.preventDefault();
        this.#list.focus();
      },
    });
    const choice = h("fieldset", { class: "views" }, h("legend", {}, "Columns"));
    for (const view of views) {
      const radio = h("input", { type: "radio", name: "view", value: view, onchange: () => this.#change((s) => (s.view = view)) });
      this.#radios.set(view, radio);
      choice.append(h("label", {}, radio, " ", viewNames[view]));
    }
    const exports = h("p", { class: "exports" }, "Export ",
      button("CSV", "as portspec flows --format csv", () => this.#save("flows.csv", "text/csv", (c, _, rows) => toCSV(c, rows))), " ",
      button("JSON", "as portspec flows --format json", () => this.#save("flows.json", "application/json", (c, _, rows) => toJSON(c, rows))), " ",
      button("Markdown", "as portspec flows --format markdown", () => this.#save("flows.md", "text/markdown", (c, _, rows) => toMarkdown(c, rows))), " ",
      button("Print", "all listed rows", () => print()));
    root.replaceChildren(
      h("div", { class: "search" }, this.#words, choice), this.#facets.element, this.#chooser.element,
      h("div", { class: "bar" }, this.#count, exports), this.#active, this.#about, this.#list.element, this.#dialog);

    addEventListener("popstate", () => this.#follow());
    addEventListener("hashchange", () => this.#follow());
    addEventListener("pagehide", () => this.#endTyping());
    addEventListener("keydown", (e) => {
      if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test((e.target as Element).tagName) || this.#dialog.open) return;
      e.preventDefault();
      this.#words.focus();
      this.#words.select();
    });
    this.#dialog.addEventListener("click", (e) => e.target === this.#dialog && this.#dialog.close()); // a click outside of it
    this.#filtered = filtered(catalog, this.#state);
    this.#show();
  }

  get #view(): Ordered {
    let view = this.#views.get(this.#state.view);
    if (!view) this.#views.set(this.#state.view, (view = order(this.catalog, this.#state.view)));
    return view;
  }

  /** Changes what is shown; the back button undoes the change. */
  #change(change: (s: State) => void): void {
    this.#endTyping();
    const s = copyState(this.#state);
    change(s);
    this.#state = s;
    history.pushState(null, "", "#" + toAddress(s));
    this.#filtered = filtered(this.catalog, s);
    this.#show();
  }

  /** Shows what the address says, if it has changed. */
  #follow(): void {
    const s = fromAddress(location.hash);
    if (toAddress(s) === toAddress(this.#state)) return;
    clearTimeout(this.#timer);
    this.#typing = false;
    this.#state = s;
    this.#filtered = filtered(this.catalog, s);
    this.#show();
  }

  #type(): void {
    this.#state = { ...this.#state, words: this.#words.value };
    if (!this.#typing) history.pushState(null, "", "#" + toAddress(this.#state)); // back undoes all of the typing
    this.#typing = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => history.replaceState(null, "", "#" + toAddress(this.#state)), addressDelay);
    this.#showFlows();
  }

  #endTyping(): void {
    if (!this.#typing) return;
    this.#typing = false;
    clearTimeout(this.#timer);
    history.replaceState(null, "", "#" + toAddress(this.#state));
  }

  #show(): void {
    const s = this.#state;
    if (this.#words.value.trim() !== s.words) this.#words.value = s.words;
    this.#radios.get(s.view)!.checked = true;
    this.#facets.show(s);
    this.#chooser.show(s);
    this.#requests.hidden = runsOf(this.catalog, s).length === 0;
    const focused = this.#active.contains(document.activeElement);
    this.#active.replaceChildren(...this.#activeFilters());
    if (focused) (this.#active.querySelector("button") ?? this.#words).focus(); // the button that was pressed is gone
    this.#showFlows();
  }

  /** Shows the flows that match. A keystroke does nothing else. */
  #showFlows(): void {
    const mask = this.#filtered.slice();
    this.#search.restrict(mask, this.#state.words);
    const view = this.#view;
    view.restrict(mask, this.#state.filters.component);
    let n = 0;
    for (let i = 0; i < mask.length; i++) n += mask[i]!;
    const all = this.catalog.flows;
    this.#count.textContent = n === 0 ? `None of ${all.toLocaleString("en")} flows match` : n === all ? `${all.toLocaleString("en")} flows` : `${n.toLocaleString("en")} of ${all.toLocaleString("en")} flows`;
    const one = view.product();
    if (one) this.#count.append(`, all of ${one.title}`);
    this.#list.element.classList.toggle("one-product", one !== undefined);
    this.#list.show(view, wordsOf(this.#state.words));
    this.#about.textContent = this.#printed(view);
  }

  /** The text above the list on a printed page. */
  #printed(view: Ordered): string {
    const s = this.#state;
    const parts = [
      ...(s.words.trim() ? [`words: ${s.words.trim()}`] : []),
      ...filterNames.filter((name) => s.filters[name].length > 0).map((name) => `${name}: ${s.filters[name].join(", ")}`),
      ...(s.run.length > 0 ? [`runs ${s.run.join(", ")}`, ...s.set] : []),
      ...(view.shown.rows.length > mostPrinted ? [`only the first ${mostPrinted} rows are printed`] : []),
    ];
    return parts.join("; ");
  }

  /** Chips for the active filters. A link may come from another release of the site, and name what this one does not have. */
  #activeFilters(): Node[] {
    const s = this.#state;
    const chips: Node[] = [];
    const chip = (text: string, take: (s: State) => void) =>
      chips.push(h("button", { type: "button", class: "chip", "aria-label": `Remove ${text}`, onclick: () => this.#change(take) }, text, h("span", { "aria-hidden": "true" }, " ×")), document.createTextNode(" "));
    for (const name of filterNames) {
      for (const value of s.filters[name]) chip(`${name} ${value}${matchesNone(this.catalog, name, value) ? " (no flow)" : ""}`, (s) => (s.filters[name] = s.filters[name].filter((v) => v !== value)));
    }
    if (s.run.length > mostRuns) chip(`runs ${s.run.length} components`, (s) => (s.run = []));
    else for (const place of s.run) chip(`runs ${place}${isRunnable(this.catalog, place) ? "" : " (not here)"}`, (s) => (s.run = s.run.filter((v) => v !== place)));
    if (chips.length > 0) {
      chips.push(h("button", { type: "button", class: "clear", onclick: () => this.#change((s) => Object.assign(s, fromAddress(""), { view: s.view })) }, "Clear all"));
    }
    return chips;
  }

  #save(name: string, type: string, make: (catalog: Catalog, s: State, rows: Iterable<number>) => string): void {
    save(name, type, make(this.catalog, this.#state, this.#view.flows()));
  }

  /** Shows all that is known about a flow. */
  #open(at: number): void {
    const row = this.#view.row(at);
    const c = this.catalog;
    const product = c.product(row);
    const facts: Node[] = [];
    const fact = (name: string, text: string) => text && facts.push(h("div", {}, h("dt", {}, name), h("dd", {}, c.visible(text))));
    fact("From", `${c.shown("from").at(row)} (${c.cell("from").at(row).replaceAll(" ", ", ")})`);
    fact("To", `${c.shown("to").at(row)} (${c.cell("to").at(row)})`);
    fact("Listener", `${c.shown("listener").at(row)} (${c.cell("listener").at(row)})`);
    fact("Port", `${transportText(c.cell("transport").at(row))} ${c.visible(c.line("Port").at(row))}`);
    fact("When", c.line("When").at(row));
    for (const { name, column } of c.csv) {
      if (!summarized.has(name) && !usual[name]?.includes(column.at(row))) fact(labels[name] ?? name.replaceAll("_", " "), column.at(row));
    }
    const id = c.cell("flow").at(row);
    const flow = `${product.page.replace(/[^/]*$/, "")}flows.html#${c.shown("anchor").at(row) || `flow-${id}`}`;
    this.#dialog.replaceChildren(
      h("h2", { id: "flow-title" }, c.visible(c.cell("purpose").at(row))),
      h("dl", {}, ...facts),
      h("p", {}, h("a", { href: flow }, `Flow ${id} of ${product.title}`), " ",
        h("button", { type: "button", autofocus: true, onclick: () => this.#dialog.close() }, "Close")));
    this.#dialog.showModal();
  }
}

function button(text: string, about: string, click: () => void): HTMLButtonElement {
  return h("button", { type: "button", title: about, onclick: click }, text);
}

const root = document.getElementById("explorer");
if (root && typeof portspecFlows !== "undefined") new Explorer(new Catalog(portspecFlows), root);
