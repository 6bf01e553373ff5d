// The filters: each is a box with choices that opens and closes.

import { type Catalog, lists, type Product, type When } from "./data";
import { h } from "./dom";
import { parsePorts } from "./match";
import { type FilterName, filterNames, type State } from "./state";

export interface Option {
  value: string;
  name: string;
}

/** How many choices a box shows at once; to find others, users type part of the name. */
const mostShown = 100;

/** How many pixels are left between a box and the right edge of the window. */
const margin = 8;

const titles: Record<FilterName, string> = {
  product: "Product", component: "Component", from: "From", to: "To", transport: "Transport", port: "Port",
  feature: "Feature", scenario: "Scenario", site: "Site",
};

/** Called with the new values of a filter. */
type Change = (name: FilterName, values: string[]) => void;

export class Facets {
  readonly element = h("div", { class: "facets", role: "group", "aria-label": "Filters" });
  readonly #boxes: Box[] = [];
  readonly #port: HTMLInputElement;
  readonly #problem = h("span", { class: "problem", id: "port-problem", role: "alert" });

  constructor(catalog: Catalog, private readonly change: Change) {
    this.#port = h("input", {
      id: "port", size: 12, autocomplete: "off", placeholder: "443, 5000-5010", "aria-describedby": "port-problem",
      onchange: () => this.#setPort(),
    });
    for (const name of filterNames) {
      if (name === "port") {
        this.element.append(h("label", { class: "port-filter" }, "Port ", this.#port, this.#problem));
        continue;
      }
      let options: Option[] | undefined;
      const box = new Box(name, () => (options ??= optionsOf(catalog, name)), change);
      if (name === "site" && catalog.sites.length === 0) continue;
      this.#boxes.push(box);
      this.element.append(box.element);
    }
    addEventListener("click", (e) => {
      for (const b of this.#boxes) if (!e.composedPath().includes(b.element)) b.element.open = false;
    });
  }

  show(s: State): void {
    for (const box of this.#boxes) box.show(s.filters[box.name]);
    if (document.activeElement !== this.#port) this.#port.value = s.filters.port.join(", ");
    this.#setProblem();
  }

  #setPort(): void {
    const parts = this.#port.value.split(/[\s,;]+/).filter((p) => p);
    if (this.#setProblem()) this.change("port", [...new Set(parts.map((p) => p.replace("–", "-")))]);
  }

  #setProblem(): boolean {
    const ok = this.#port.value.trim() === "" || parsePorts(this.#port.value) !== undefined;
    this.#port.setAttribute("aria-invalid", String(!ok));
    this.#problem.textContent = ok ? "" : " Enter ports from 1 to 65535, or ranges such as 5000-5010";
    return ok;
  }
}

class Box {
  readonly element: HTMLDetailsElement;
  readonly #summary: HTMLElement;
  readonly #list = h("div", { class: "choices" });
  readonly #search: HTMLInputElement;
  readonly #popup: HTMLElement;
  #chosen: string[] = [];
  /** What was chosen when the choices were sorted: ticking a choice does not move it. */
  #first = new Set<string>();

  constructor(readonly name: FilterName, private readonly options: () => Option[], private readonly change: Change) {
    this.#summary = h("summary", {}, titles[name]);
    this.#search = h("input", { type: "search", placeholder: "Find", "aria-label": `Find in ${titles[name]}`, oninput: () => this.#order() });
    this.#popup = h("div", { class: "popup", role: "group", "aria-label": titles[name] }, this.#search, this.#list);
    this.element = h("details", { class: "facet", ontoggle: () => this.element.open && this.#order() }, this.#summary, this.#popup);
    this.element.addEventListener("keydown", (e) => {
      if (e.key !== "Escape" || !this.element.open) return;
      this.element.open = false;
      this.#summary.focus();
      e.stopPropagation();
    });
  }

  show(chosen: string[]): void {
    this.#chosen = chosen;
    this.#summary.replaceChildren(titles[this.name], chosen.length > 0 && h("b", {}, ` ${chosen.length}`) || "");
    if (this.element.open) this.#fill();
  }

  /** Sorts chosen values first, so that they can be found and cleared among thousands. */
  #order(): void {
    this.#first = new Set(this.#chosen);
    this.#fill();
    this.#popup.style.left = "";
    const beyond = this.#popup.getBoundingClientRect().right + margin - document.documentElement.clientWidth;
    if (beyond > 0) this.#popup.style.left = `${-beyond}px`;
  }

  #fill(): void {
    const all = this.options();
    this.#search.hidden = all.length <= 10;
    const words = this.#search.value.toLowerCase().split(/\s+/).filter((w) => w);
    const found = all.filter((o) => words.every((w) => `${o.name} ${o.value}`.toLowerCase().includes(w)));
    const chosen = new Set(this.#chosen);
    found.sort((a, b) => Number(this.#first.has(b.value)) - Number(this.#first.has(a.value)));
    const focus = (document.activeElement as HTMLInputElement | null)?.value;
    const had = this.#list.contains(document.activeElement);
    this.#list.replaceChildren(
      ...found.slice(0, mostShown).map((o) => h("label", {}, h("input", {
        type: "checkbox", value: o.value, checked: chosen.has(o.value), onchange: (e) => this.#toggle(o.value, (e.target as HTMLInputElement).checked),
      }), " ", o.name, o.name !== o.value && h("small", {}, o.value))),
      ...(found.length > mostShown ? [h("p", {}, `… and ${found.length - mostShown} more: type part of a name.`)] : []),
      ...(found.length === 0 ? [h("p", {}, "None.")] : []),
    );
    if (had) [...this.#list.querySelectorAll("input")].find((i) => i.value === focus)?.focus();
  }

  #toggle(value: string, on: boolean): void {
    this.change(this.name, on ? [...this.#chosen, value] : this.#chosen.filter((v) => v !== value));
  }
}

/** The values that a filter can have. */
export function optionsOf(catalog: Catalog, name: FilterName): Option[] {
  switch (name) {
    case "product": {
      const releases = new Map<string, Product[]>();
      for (const p of catalog.products) releases.set(p.id, [...(releases.get(p.id) ?? []), p]);
      return [...releases].flatMap(([id, list]) => [
        { value: id, name: list[0]!.name },
        ...(list.length > 1 ? list.map((p) => ({ value: `${p.id}@${p.version}`, name: p.title })) : []),
      ]);
    }
    case "component":
      return merge([...parties(catalog, true, false), ...parties(catalog, false, true)]);
    case "from":
      return merge(parties(catalog, true, false));
    case "to":
      return merge(parties(catalog, false, true));
    case "transport":
      return catalog.cell("transport").values.map((t) => ({ value: t, name: t })).sort(byName);
    case "feature": {
      const names = new Map<string, string>();
      for (const p of catalog.products) for (const f of p.features) names.set(f.id, names.get(f.id) ?? f.name);
      const values = new Set<string>();
      for (const when of catalog.field<When>("when").values) {
        for (const [f, allowed] of lists(when)) {
          values.add(f);
          for (const v of allowed) values.add(`${f}=${v}`);
        }
      }
      return [...values].sort().map((value) => {
        const [f, v] = value.split("=");
        return { value, name: (names.get(f!) ?? f!) + (v === undefined ? "" : `: ${v}`) };
      });
    }
    case "scenario":
      return catalog.products.flatMap((p) => p.scenarios.map((s) => ({ value: `${p.called}:${s.id}`, name: `${p.title}, ${s.name}` })));
    case "site":
      return catalog.sites.map((s) => ({ value: s.id, name: s.name || s.id }));
    case "port":
      return [];
  }
}

/** Components and shared services that flows come from or go to. */
function parties(catalog: Catalog, from: boolean, to: boolean): Option[] {
  const names = new Map<string, string>();
  const ids = catalog.table<string>("components", "id");
  const called = catalog.table<string>("components", "name");
  for (let i = 0; i < ids.codes.length; i++) if (!names.has(ids.at(i))) names.set(ids.at(i), called.at(i));
  const used = new Set<string>();
  if (from) {
    for (const list of catalog.cell("from").values) for (const id of list.split(" ")) used.add(id);
    for (const list of catalog.shown("services").values) for (const id of list.split(" ")) if (id) used.add(id);
  }
  if (to) {
    for (const id of catalog.cell("to").values) used.add(id);
    for (const id of catalog.cell("service").values) if (id) used.add(id);
  }
  return [...used].map((id) => ({ value: id, name: catalog.services.get(id) ?? names.get(id) ?? id }));
}

function merge(all: Option[]): Option[] {
  return [...new Map(all.map((o) => [o.value, o])).values()].sort(byName);
}

function byName(a: Option, b: Option): number {
  return a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1;
}
