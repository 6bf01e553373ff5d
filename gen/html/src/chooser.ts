// "Choose what you run": components and features of products.

import type { Catalog, Feature, Product } from "./data";
import { h } from "./dom";
import { allows, type Setting, settingOf } from "./run";
import type { State } from "./state";

/** With more products than this, users add products by name. */
const mostProducts = 8;

/** How many products are offered while users type a name. If there were a thousand, a browser would need a second for each key. */
const mostOffered = 50;

/** The controls of a product. */
interface Box {
  element: HTMLElement;
  update(): void;
}

export class Chooser {
  readonly element: HTMLDetailsElement;
  readonly #products = h("div", { class: "products" });
  readonly #summary = h("summary", {}, "Choose what you run");
  #state!: State;
  /** Products that the user added, besides those with chosen components. */
  readonly #named = new Set<Product>();
  readonly #boxes = new Map<Product, Box>();

  constructor(private readonly catalog: Catalog, actions: HTMLElement, private readonly change: (run: string[], set: string[]) => void) {
    this.element = h("details", { class: "chooser", ontoggle: () => this.element.open && this.#fill() }, this.#summary,
      h("p", {}, "Select the components that you run, and set the features. The list then shows the flows between them, and those from and to shared services and everything outside."),
      catalog.products.length > mostProducts && this.#finder(), this.#products, actions);
  }

  show(s: State): void {
    this.#state = s;
    this.#summary.replaceChildren("Choose what you run", s.run.length > 0 ? h("b", {}, ` ${s.run.length}`) : "");
    if (s.run.length > 0 && !this.element.open) this.element.open = true; // its toggle event fills it
    else if (this.element.open) this.#fill();
  }

  #finder(): HTMLElement {
    const list = h("datalist", { id: "all-products" });
    const offer = (text: string) => {
      const found = this.catalog.products.filter((p) => [p.called, p.title].some((name) => name.toLowerCase().includes(text.toLowerCase())));
      list.replaceChildren(...found.slice(0, mostOffered).map((p) => h("option", { value: p.called }, p.title)));
    };
    offer("");
    return h("p", {}, h("label", {}, "Add a product ", h("input", {
      list: "all-products", oninput: (e) => offer((e.target as HTMLInputElement).value), onchange: (e) => {
        const input = e.target as HTMLInputElement;
        const product = this.catalog.products.find((p) => p.called === input.value);
        if (!product) return;
        this.#named.add(product);
        input.value = "";
        offer("");
        this.#fill();
      },
    })), list);
  }

  #fill(): void {
    const s = this.#state;
    const few = this.catalog.products.length <= mostProducts;
    const shown = this.catalog.products.filter((p) => few || this.#named.has(p) || s.run.some((r) => r.startsWith(p.called + "/")));
    const boxes = shown.map((p) => {
      let box = this.#boxes.get(p);
      if (!box) this.#boxes.set(p, (box = this.#product(p)));
      return box;
    });
    // Controls are kept, so that they keep the focus and the text in a search field.
    if (boxes.length !== this.#products.children.length || boxes.some((b) => !b.element.isConnected)) {
      this.#products.replaceChildren(...boxes.map((b) => b.element));
    }
    for (const b of boxes) b.update();
  }

  #product(p: Product): Box {
    const updates: ((s: State, setting: Setting) => void)[] = [];
    const runnable = p.components.filter((c) => c.os);
    const count = h("small");
    const components = runnable.map((c) => {
      const place = `${p.called}/${c.id}`;
      const input = h("input", { type: "checkbox", value: place, onchange: () => this.#run(place, input.checked) });
      const label = h("label", {}, input, " ", c.name);
      updates.push((s, setting) => {
        input.checked = s.run.includes(place);
        input.disabled = !allows(setting, c.when);
        label.className = input.disabled ? "gone" : "";
        label.title = input.disabled ? "not available with these features" : "";
      });
      return label;
    });
    const features = p.features.map((f) => this.#feature(p, f, updates));
    const chosen = () => runnable.filter((c) => this.#state.run.includes(`${p.called}/${c.id}`)).length;
    const element = h("details", { open: chosen() > 0 || this.catalog.products.length === 1 || this.#named.has(p) },
      h("summary", {}, `${p.title} `, count),
      h("div", { class: "components", role: "group", "aria-label": "Components" }, ...components),
      features.length > 0 && h("div", { class: "features", role: "group", "aria-label": "Features" }, ...features));
    return {
      element,
      update: () => {
        const setting = settingOf(p, this.#state);
        count.textContent = chosen() > 0 ? `runs ${chosen()} of ${runnable.length} components` : `${runnable.length} components`;
        for (const update of updates) update(this.#state, setting);
      },
    };
  }

  #feature(p: Product, f: Feature, updates: ((s: State, setting: Setting) => void)[]): HTMLElement {
    const check = (value: string, change: (on: boolean, values: readonly string[]) => string[]) => {
      let values: readonly string[] = [];
      const input = h("input", { type: "checkbox", onchange: () => this.#set(p, f, change(input.checked, values)) });
      updates.push((_, setting) => (input.checked = (values = setting.get(f.id)!).includes(value)));
      return input;
    };
    if (f.switch) return h("label", {}, check("on", (on) => [on ? "on" : "off"]), " ", f.name);
    if (f.several) {
      return h("span", { class: "several", role: "group", "aria-label": f.name }, f.name, ":", ...f.values.map((v) =>
        h("label", {}, check(v.id, (on, values) => (on ? [...values, v.id] : values.filter((x) => x !== v.id))), " ", v.name)));
    }
    const select = h("select", { onchange: () => this.#set(p, f, [select.value]) }, ...f.values.map((v) => h("option", { value: v.id }, v.name)));
    updates.push((_, setting) => (select.value = setting.get(f.id)![0]!));
    return h("label", {}, f.name, " ", select);
  }

  #run(place: string, on: boolean): void {
    this.change(on ? [...this.#state.run, place] : this.#state.run.filter((r) => r !== place), this.#state.set);
  }

  #set(p: Product, f: Feature, values: string[]): void {
    const rest = this.#state.set.filter((x) => !x.startsWith(`${p.called}:${f.id}=`));
    this.change(this.#state.run, [...rest, ...values.map((v) => `${p.called}:${f.id}=${v}`)]);
  }
}
