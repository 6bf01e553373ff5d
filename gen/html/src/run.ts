// What a user runs: components of products, and what their features are set to.

import { type Catalog, type Component, lists, type Product, type When } from "./data";
import type { State } from "./state";

/** What the features of a product are set to. */
export type Setting = Map<string, readonly string[]>;

/** The components of one product that a user runs, and its features. */
export interface Run {
  product: Product;
  runs: Set<string>;
  setting: Setting;
}

/** What the user runs, by product. */
export function runsOf(catalog: Catalog, s: State): Run[] {
  const byProduct = new Map<string, Set<string>>();
  for (const place of s.run) {
    const slash = place.lastIndexOf("/");
    const product = place.slice(0, slash);
    byProduct.set(product, (byProduct.get(product) ?? new Set()).add(place.slice(slash + 1)));
  }
  return catalog.products.flatMap((product) => {
    const ids = byProduct.get(product.called);
    if (!ids) return [];
    const setting = settingOf(product, s);
    const runs = new Set(product.components.filter((c) => ids.has(c.id) && c.os && allows(setting, c.when)).map((c) => c.id));
    return runs.size > 0 ? [{ product, runs, setting }] : [];
  });
}

/** Whether a place, as in "igel-ums/ums-server", is a component that a user can run. */
export function isRunnable(catalog: Catalog, place: string): boolean {
  const slash = place.lastIndexOf("/");
  const product = catalog.products.find((p) => p.called === place.slice(0, slash));
  return !!product?.components.some((c) => c.os && c.id === place.slice(slash + 1));
}

/** What the features of a product are set to: the user's choice, what that needs, or else the default. */
export function settingOf(product: Product, s: State): Setting {
  const setting: Setting = new Map(product.features.map((f) => [f.id, [f.default || f.values[0]!.id]]));
  const given = s.set.filter((x) => x.startsWith(product.called + ":")).map((x) => x.slice(product.called.length + 1));
  const chosen = new Map<string, string[]>();
  for (const x of given) {
    const equals = x.indexOf("=");
    const f = product.features.find((f) => f.id === x.slice(0, equals));
    const value = x.slice(equals + 1);
    if (!f?.values.some((v) => v.id === value)) continue;
    chosen.set(f.id, f.several ? [...(chosen.get(f.id) ?? []), value] : [value]);
  }
  for (const [id, values] of chosen) setting.set(id, values);
  // The needs of a feature override defaults and choices that contradict them. Of a feature with
  // several values, those that are chosen or needed already are kept. Each pass settles at least
  // one value, so there are at most as many passes as values.
  const kept = new Set(chosen.keys());
  for (let pass = product.features.reduce((n, f) => n + f.values.length, 0); pass > 0; pass--) {
    let settled = true;
    for (const f of product.features) {
      if (f.switch && setting.get(f.id)!.includes("off")) continue;
      for (const [other, values] of lists(f.needs)) {
        if (!setting.has(other) || values.some((v) => setting.get(other)!.includes(v))) continue;
        settled = false;
        if (chosen.has(other) && !chosen.has(f.id) && f.switch) setting.set(f.id, ["off"]);
        else {
          const several = product.features.some((x) => x.id === other && x.several);
          setting.set(other, several && kept.has(other) ? [...setting.get(other)!, values[0]!] : [values[0]!]);
          kept.add(other);
        }
      }
    }
    if (settled) break;
  }
  return setting;
}

/** Whether something with a condition exists in an installation. */
export function allows(setting: Setting, when: When | null): boolean {
  return lists(when).every(([f, values]) => values.some((v) => setting.get(f)?.includes(v)));
}

/** Whether a component exists: the user runs it, or it never runs on a user's host. */
export function isThere(r: Run, c: Component): boolean {
  return (r.runs.has(c.id) || !c.os) && allows(r.setting, c.when);
}
