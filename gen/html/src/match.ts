// Which flows are shown: those that match all words and all filters.

import { type Catalog, type Column, eachInRanges, lists, type PortRange, type When } from "./data";
import { isThere, allows, runsOf } from "./run";
import { type FilterName, type State } from "./state";

/** A flag for each flow. */
export type Mask = Uint8Array;

/** Searches flows for words. A word matches texts that contain it; a number also matches ranges of ports. */
export class Search {
  /** The columns that are searched, grouped by equal codes. */
  readonly #texts: Column<string>[][];
  readonly #ports: Column<PortRange[]>;
  readonly #before = new Map<string, Mask>();

  constructor(private readonly catalog: Catalog) {
    const shown = ["product", "from", "to", "listener"].map((name) => catalog.shown(name));
    const cells = ["product", "flow", "from", "to", "service", "listener", "transport", "app", "purpose", "note", "cite", "at"].map((name) => catalog.cell(name));
    const byCodes = new Map<unknown, Column<string>[]>();
    for (const column of new Set([...shown, ...cells, catalog.line("Port"), catalog.line("When")])) {
      byCodes.set(column.codes, [...(byCodes.get(column.codes) ?? []), column]);
    }
    this.#texts = [...byCodes.values()];
    this.#ports = catalog.field("ports");
  }

  /** Restricts a mask to flows that match all words of a text. */
  restrict(mask: Mask, text: string): void {
    for (const word of wordsOf(text)) {
      const found = this.#find(word);
      for (let i = 0; i < mask.length; i++) mask[i]! &= found[i]!;
    }
  }

  /** The flows that match a word. Values of columns are tested once, not for each flow. */
  #find(word: string): Mask {
    const known = this.#before.get(word);
    if (known) return known;
    const found = new Uint8Array(this.catalog.flows);
    for (const columns of this.#texts) {
      let flagged: Uint8Array | undefined;
      for (const column of columns) {
        const more = column.containing(word);
        if (!flagged) flagged = more;
        else if (more) for (let i = 0; i < more.length; i++) flagged[i]! |= more[i]!;
      }
      mark(found, columns[0]!, flagged);
    }
    if (/^\d{1,5}$/.test(word)) {
      const n = Number(word);
      mark(found, this.#ports, flags(this.#ports.values, (ranges) => ranges.some((r) => r.from <= n && n <= r.to)));
    }
    if (this.#before.size > 8) this.#before.clear();
    this.#before.set(word, found);
    return found;
  }
}

export function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter((w) => w);
}

/** Which values pass a test; undefined if none. */
function flags<T>(values: readonly T[], test: (value: T) => boolean): Uint8Array | undefined {
  const all = new Uint8Array(values.length);
  let some = false;
  for (let i = 0; i < all.length; i++) {
    if (test(values[i]!)) some = !!(all[i] = 1);
  }
  return some ? all : undefined;
}

/** Sets the flags of flows whose values are flagged. */
function mark(found: Mask, { codes }: Column<unknown>, flagged: Uint8Array | undefined): void {
  if (!flagged) return;
  for (let i = 0; i < found.length; i++) found[i]! |= flagged[codes[i]!]!;
}

/** The flows that match all filters and belong to what the user runs. */
export function filtered(catalog: Catalog, s: State): Mask {
  const mask = new Uint8Array(catalog.flows).fill(1);
  const restrict = (found: Mask) => {
    for (let i = 0; i < mask.length; i++) mask[i]! &= found[i]!;
  };
  for (const [name, filter] of Object.entries(filters) as [FilterName, Filter][]) {
    if (s.filters[name].length > 0) restrict(filter(catalog, s.filters[name]));
  }
  if (s.run.length > 0) restrict(whatRuns(catalog, s));
  return mask;
}

/** Whether no flow matches a value of a filter, whatever the other filters are. */
export function matchesNone(catalog: Catalog, name: FilterName, value: string): boolean {
  return !filters[name](catalog, [value]).includes(1);
}

/** A filter finds the flows that match one of its values. */
type Filter = (catalog: Catalog, values: string[]) => Mask;

const filters: Record<FilterName, Filter> = {
  product: (c, refs) => byProduct(c, (p) => refs.includes(p.id) || refs.includes(`${p.id}@${p.version}`)),
  from: (c, ids) => either(c, fromIs(c, ids)),
  to: (c, ids) => either(c, toIs(c, ids)),
  component: (c, ids) => either(c, fromIs(c, ids), toIs(c, ids)),
  transport: (c, names) => either(c, [c.cell("transport"), (t) => names.includes(t)]),
  port: (c, texts) => {
    const wanted = texts.flatMap((t) => parsePorts(t) ?? []);
    const touches = (ranges: readonly PortRange[] | null) => !!ranges?.some((r) => wanted.some((w) => r.from <= w.to && w.from <= r.to));
    return either(c, [c.field<PortRange[] | null>("ports"), touches], [c.field<PortRange[] | null>("fallback"), touches],
      [c.field<{ ports: PortRange[] }[] | null>("other_ports"), (others: { ports: PortRange[] }[] | null) => !!others?.some((o) => touches(o.ports))]);
  },
  feature: (c, given) => either(c, [c.field<When>("when"), (when) => depends(when, given)]),
  scenario: (c, ids) => {
    const found = new Uint8Array(c.flows);
    for (const id of ids) {
      const colon = id.indexOf(":");
      const product = c.products.find((p) => p.called === id.slice(0, colon));
      const scenario = product?.scenarios.find((x) => x.id === id.slice(colon + 1));
      if (scenario) eachInRanges(scenario.ranges, product!.first, (row) => (found[row] = 1));
    }
    return found;
  },
  site: (c, ids) => {
    const found = new Uint8Array(c.flows);
    for (const site of c.sites) if (ids.includes(site.id)) eachInRanges(site.flows, 0, (row) => (found[row] = 1));
    return found;
  },
};

type Test<T> = [column: Column<T>, test: (value: T) => boolean];

function fromIs(c: Catalog, ids: string[]): Test<string>[] {
  const names = (text: string) => text.split(" ").some((id) => ids.includes(id));
  return [[c.cell("from"), names], [c.shown("services"), names]];
}

function toIs(c: Catalog, ids: string[]): Test<string>[] {
  return [[c.cell("to"), (id) => ids.includes(id)], [c.cell("service"), (id) => ids.includes(id)]];
}

/** The flows that pass one of several tests of columns. */
function either(catalog: Catalog, ...tests: (Test<any> | Test<any>[])[]): Mask {
  const found = new Uint8Array(catalog.flows);
  for (const [column, test] of tests.flatMap((t) => (Array.isArray(t[0]) ? (t as Test<any>[]) : [t as Test<any>]))) {
    mark(found, column, flags(column.values, test));
  }
  return found;
}

function byProduct(catalog: Catalog, test: (p: Catalog["products"][number]) => boolean): Mask {
  const found = new Uint8Array(catalog.flows);
  for (const p of catalog.products) if (test(p)) found.fill(1, p.first, p.first + p.flows);
  return found;
}

/**
 * Whether a condition names one of the features that are given without a value, and can hold
 * with the values of those given as feature=value.
 */
function depends(when: When, given: string[]): boolean {
  const bare = given.filter((g) => !g.includes("="));
  if (bare.length > 0 && !bare.some((f) => Object.hasOwn(when, f))) return false;
  const chosen = new Map<string, string[]>();
  for (const g of given) {
    const equals = g.indexOf("=");
    if (equals >= 0) chosen.set(g.slice(0, equals), [...(chosen.get(g.slice(0, equals)) ?? []), g.slice(equals + 1)]);
  }
  return [...chosen].every(([f, values]) => lists(when).every(([of, allowed]) => of !== f || allowed.some((v) => values.includes(v))));
}

/** Parses ports: "443", "5000-5010" or several with commas; undefined if they are invalid. */
export function parsePorts(text: string): PortRange[] | undefined {
  const all: PortRange[] = [];
  for (const part of text.split(/[\s,;]+/).filter((p) => p)) {
    const m = /^(\d{1,5})(?:[-–](\d{1,5}))?$/.exec(part);
    const from = Number(m?.[1]);
    const to = Number(m?.[2] ?? m?.[1]);
    if (!m || from < 1 || to > 65535 || from > to) return undefined;
    all.push({ from, to });
  }
  return all.length > 0 ? all : undefined;
}

/** The flows between components that the user runs, and between these and what is elsewhere. */
function whatRuns(catalog: Catalog, s: State): Mask {
  const found = new Uint8Array(catalog.flows);
  const from = catalog.field<string[]>("from");
  const to = catalog.field<string>("to");
  const when = catalog.field<When>("when");
  for (const r of runsOf(catalog, s)) {
    const { product } = r;
    const component = new Map(product.components.map((c) => [c.id, c]));
    for (let row = product.first; row < product.first + product.flows; row++) {
      const there = from.at(row).filter((id) => isThere(r, component.get(id)!));
      const target = component.get(to.at(row))!;
      const own = r.runs.has(target.id) || there.some((id) => r.runs.has(id));
      found[row] = Number(there.length > 0 && own && isThere(r, target) && allows(r.setting, when.at(row)));
    }
  }
  return found;
}
