// The three ways in which vendors list flows, as columns and an order: by direction (who
// talks to whom), by component (what comes in and goes out) and by listener (who reaches a
// port).

import type { Catalog, Column, Product } from "./data";
import type { Mask } from "./match";
import type { View } from "./state";

/** Where a flow is shown. Views by component show it once for each end. */
export interface Entries {
  rows: Uint32Array;
  /** By component: the index of the component in its product, and whether the flow comes in. */
  components?: Uint32Array;
  inbound?: Uint8Array;
}

/** A column of the list. */
export interface Heading {
  name: string;
  /** The class of its cells, for their width. */
  kind: string;
  text: (at: number) => string;
  /** The small print below the text, if any. */
  more?: (at: number) => string;
}

/** A view with all flows, in its order. */
export class Ordered {
  readonly headings: Heading[];
  shown: Entries;
  #kept: Entries | undefined;

  constructor(private readonly catalog: Catalog, private readonly all: Entries, headings: (of: Ordered) => Heading[]) {
    this.shown = all;
    this.headings = headings(this);
  }

  /** Shows only the flows of a mask, and reuses the memory. By component, these are shown only at the ends that are named, unless none is. */
  restrict(mask: Mask, named: readonly string[]): void {
    const { rows, components, inbound } = this.all;
    const into = (this.#kept ??= { rows: rows.slice(), ...(components && { components: components.slice(), inbound: inbound!.slice() }) });
    let n = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (!mask[row] || components && named.length > 0 && !this.#isNamed(row, components[i]!, named)) continue;
      into.rows[n] = row;
      if (components) {
        into.components![n] = components[i]!;
        into.inbound![n] = inbound![i]!;
      }
      n++;
    }
    this.shown = { rows: into.rows.subarray(0, n), ...(components && { components: into.components!.subarray(0, n), inbound: into.inbound!.subarray(0, n) }) };
  }

  #isNamed(row: number, component: number, named: readonly string[]): boolean {
    const c = this.catalog.product(row).components[component]!;
    return named.includes(c.id) || named.includes(c.service);
  }

  /** The flows that are shown, each once, in the order of their first rows. */
  flows(): Iterable<number> {
    return this.all.components ? new Set(this.shown.rows) : this.shown.rows;
  }

  /** The product of all flows that are shown; undefined if they are of several. */
  product(): Product | undefined {
    const { rows } = this.shown;
    if (rows.length === 0) return undefined;
    const { productOf, products } = this.catalog;
    const first = productOf[rows[0]!]!;
    for (let i = 1; i < rows.length; i++) if (productOf[rows[i]!] !== first) return undefined;
    return products[first];
  }

  row(at: number): number {
    return this.shown.rows[at]!;
  }

  component(at: number) {
    return this.catalog.product(this.row(at)).components[this.shown.components![at]!]!;
  }
}

export function order(catalog: Catalog, view: View): Ordered {
  const [from, to] = [catalog.shown("from"), catalog.shown("to")];
  const [port, when, transport, app] = [catalog.line("Port"), catalog.line("When"), catalog.cell("transport"), catalog.cell("app")];
  const [purpose, product, cite] = [catalog.cell("purpose"), catalog.shown("product"), catalog.line("Rows")];
  const bothWays = catalog.field<boolean>("both_ways");
  const of = (o: Ordered, name: string, kind: string, text: (row: number) => string): Heading => ({ name, kind, text: (at) => text(o.row(at)) });
  const seen = (column: Column<string>) => (row: number) => catalog.visible(column.at(row));
  const portOf = (row: number) => [transportText(transport.at(row)), seen(port)(row)].filter((t) => t).join(" ");
  const rest = (o: Ordered): Heading[] => [
    { ...of(o, "Port", "port", portOf), more: (at: number) => seen(app)(o.row(at)) },
    of(o, "Purpose", "purpose", seen(purpose)),
    of(o, "When", "when", seen(when)),
    of(o, "Product", "product", (row) => product.at(row)),
    of(o, "Rests on", "cite", (row) => rowsText(cite.at(row))),
  ];
  const fromText = (row: number) => from.at(row) + (bothWays.at(row) ? " ⇄" : "");
  switch (view) {
    case "direction":
      return new Ordered(catalog, { rows: inOrder(catalog.flows) }, (o) => [
        of(o, "From", "party", fromText),
        of(o, "To", "party", (row) => to.at(row)),
        ...rest(o),
      ]);
    case "listener":
      return new Ordered(catalog, { rows: byListener(catalog) }, (o) => {
        const [portColumn, ...others] = rest(o);
        return [of(o, "Listens", "party", (row) => to.at(row)), portColumn!, of(o, "Reached by", "party", fromText), ...others];
      });
    case "component":
      return new Ordered(catalog, byComponent(catalog), (o) => [
        { name: "Component", kind: "party", text: (at) => o.component(at).name },
        { name: "Direction", kind: "side", text: (at) => (bothWays.at(o.row(at)) ? "both ways" : o.shown.inbound![at] ? "in from" : "out to") },
        { name: "Peer", kind: "party", text: (at) => (o.shown.inbound![at] ? from : to).at(o.row(at)) },
        ...rest(o),
      ]);
  }
}

export function transportText(transport: string): string {
  return transport === "unknown" ? "transport not documented," : transport.toUpperCase();
}

/** Cited rows without the product, grouped by table: "default-ports/25, 33". */
function rowsText(ids: string): string {
  let before = "";
  const short = ids.split(", ").map((id) => {
    const [, table, row] = /^[^/]*\/(.*)\/([^/]*)$/.exec(id) ?? [];
    const again = table !== undefined && table === before;
    before = table ?? "";
    return table === undefined ? id : again ? row : `${table}/${row}`;
  });
  return short.join(", ");
}

function inOrder(n: number): Uint32Array {
  const rows = new Uint32Array(n);
  for (let i = 0; i < n; i++) rows[i] = i;
  return rows;
}

/** Flows by product, listening component in its order, port and transport. */
function byListener(catalog: Catalog): Uint32Array {
  const [to, ports, transport, listener] = [catalog.field<string>("to"), catalog.field<{ from: number }[]>("ports"), catalog.cell("transport"), catalog.cell("listener")];
  const rows = inOrder(catalog.flows);
  for (const p of catalog.products) {
    const place = new Map(p.components.map((c, i) => [c.id, i]));
    const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
    rows.subarray(p.first, p.first + p.flows).sort((a, b) =>
      place.get(to.at(a))! - place.get(to.at(b))!
      || (ports.at(a)[0]?.from ?? 0) - (ports.at(b)[0]?.from ?? 0)
      || compare(transport.at(a), transport.at(b))
      || compare(listener.at(a), listener.at(b))
      || a - b);
  }
  return rows;
}

/** Each flow at each of its ends: by product and component, incoming flows first. */
function byComponent(catalog: Catalog): Entries {
  const [from, to] = [catalog.field<string[]>("from"), catalog.field<string>("to")];
  const rows: number[] = [];
  const components: number[] = [];
  const inbound: number[] = [];
  for (const p of catalog.products) {
    const place = new Map(p.components.map((c, i) => [c.id, i]));
    const sides = p.components.map(() => [[], []] as [inbound: number[], outbound: number[]]);
    for (let row = p.first; row < p.first + p.flows; row++) {
      sides[place.get(to.at(row))!]![0].push(row);
      for (const id of from.at(row)) sides[place.get(id)!]![1].push(row);
    }
    sides.forEach((side, component) => side.forEach((list, out) => {
      for (const row of list) {
        rows.push(row);
        components.push(component);
        inbound.push(1 - out);
      }
    }));
  }
  return { rows: Uint32Array.from(rows), components: Uint32Array.from(components), inbound: Uint8Array.from(inbound) };
}
