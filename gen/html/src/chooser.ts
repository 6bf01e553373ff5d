// "Choose what you run": components and features of products.

import type { Catalog, Feature, Product } from "./data";
import { h } from "./dom";
import { allows, settingOf } from "./run";
import type { State } from "./state";

/** With more products than these, a user names those to choose from. */
const mostProducts = 8;

export class Chooser {
  readonly element: HTMLDetailsElement;
  readonly #products = h("div", { class: "products" });
  readonly #summary = h("summary", {}, "Choose what you run");
  #state!: State;
  /** Products that were named, in addition to those that are chosen from. */
  readonly #named = new Set<Product>();
  /** Products that the user opened or closed. */
  readonly #open = new Map<Product, boolean>();

  constructor(private readonly catalog: Catalog, actions: HTMLElement, private readonly change: (run: string[], set: string[]) => void) {
    this.element = h("details", { class: "chooser", ontoggle: () => this.element.open && this.#fill() }, this.#summary,
      h("p", {}, "Tick the components that you run and set the features. The list then has what these need of each other, of shared services and of what is outside."),
      catalog.products.length > mostProducts && this.#finder(), this.#products, actions);
  }

  show(s: State): void {
    this.#state = s;
    this.#summary.replaceChildren("Choose what you run", s.run.length > 0 ? h("b", {}, ` ${s.run.length}`) : "");
    if (s.run.length > 0 && !this.element.open) this.element.open = true; // which fills it
    else if (this.element.open) this.#fill();
  }

  #finder(): HTMLElement {
    const list = h("datalist", { id: "all-products" }, ...this.catalog.products.map((p) => h("option", { value: p.called }, `${p.name} ${p.version}`)));
    return h("p", {}, h("label", {}, "Add a product ", h("input", {
      list: "all-products", onchange: (e) => {
        const input = e.target as HTMLInputElement;
        const product = this.catalog.products.find((p) => p.called === input.value);
        if (!product) return;
        this.#named.add(product);
        input.value = "";
        this.#fill();
      },
    })), list);
  }

  #fill(): void {
    const s = this.#state;
    const few = this.catalog.products.length <= mostProducts;
    const shown = this.catalog.products.filter((p) => few || this.#named.has(p) || s.run.some((r) => r.startsWith(p.called + "/")));
    const focus = (document.activeElement as HTMLElement | null)?.id;
    this.#products.replaceChildren(...shown.map((p) => this.#product(p)));
    if (focus) document.getElementById(focus)?.focus();
  }

  #product(p: Product): HTMLElement {
    const s = this.#state;
    const setting = settingOf(p, s);
    const runnable = p.components.filter((c) => c.os);
    const chosen = s.run.filter((r) => r.startsWith(p.called + "/")).length;
    return h("details", {
      open: this.#open.get(p) ?? (chosen > 0 || this.catalog.products.length === 1 || this.#named.has(p)),
      ontoggle: (e) => this.#open.set(p, (e.target as HTMLDetailsElement).open),
    }, h("summary", {}, `${p.name} ${p.version} `, h("small", {}, chosen > 0 ? `runs ${chosen} of ${runnable.length} components` : `${runnable.length} components`)),
      h("div", { class: "components", role: "group", "aria-label": "Components" }, ...runnable.map((c) => {
        const place = `${p.called}/${c.id}`;
        const exists = allows(setting, c.when);
        return h("label", exists ? {} : { class: "gone", title: "not with these features" }, h("input", {
          type: "checkbox", id: `run ${place}`, value: place, checked: s.run.includes(place), disabled: !exists,
          onchange: (e) => this.#run(place, (e.target as HTMLInputElement).checked),
        }), " ", c.name);
      })),
      p.features.length > 0 && h("div", { class: "features", role: "group", "aria-label": "Features" }, ...p.features.map((f) => this.#feature(p, f, setting.get(f.id)!))));
  }

  #feature(p: Product, f: Feature, values: readonly string[]): HTMLElement {
    const id = `set ${p.called}:${f.id}`;
    if (f.switch) {
      return h("label", {}, h("input", {
        type: "checkbox", id, checked: values.includes("on"), onchange: (e) => this.#set(p, f, [(e.target as HTMLInputElement).checked ? "on" : "off"]),
      }), " ", f.name);
    }
    if (f.several) {
      return h("span", { class: "several", role: "group", "aria-label": f.name }, f.name, ":", ...f.values.map((v) => h("label", {}, h("input", {
        type: "checkbox", id: `${id}=${v.id}`, checked: values.includes(v.id),
        onchange: (e) => this.#set(p, f, (e.target as HTMLInputElement).checked ? [...values, v.id] : values.filter((x) => x !== v.id)),
      }), " ", v.name)));
    }
    return h("label", {}, f.name, " ", h("select", { id, onchange: (e) => this.#set(p, f, [(e.target as HTMLSelectElement).value]) },
      ...f.values.map((v) => h("option", { value: v.id, selected: values.includes(v.id) }, v.name))));
  }

  #run(place: string, on: boolean): void {
    this.change(on ? [...this.#state.run, place] : this.#state.run.filter((r) => r !== place), this.#state.set);
  }

  #set(p: Product, f: Feature, values: string[]): void {
    const rest = this.#state.set.filter((x) => !x.startsWith(`${p.called}:${f.id}=`));
    this.change(this.#state.run, [...rest, ...values.map((v) => `${p.called}:${f.id}=${v}`)]);
  }
}
