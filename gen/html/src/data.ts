// The data of the explorer, as gen/html/explorer writes it to assets/flows.js: tables in
// columns, whose values are stored once.

export type PortRange = { from: number; to: number };

/** A condition on features: for each, a list of values or, where it needs several, such lists. */
export type When = Readonly<Record<string, readonly string[] | readonly (readonly string[])[]>>;

/** The lists of values of a condition, with their features. One value of each list must be chosen. */
export function lists(when: When | null): [feature: string, values: readonly string[]][] {
  return Object.entries(when ?? {}).flatMap(([f, v]) =>
    ((Array.isArray(v[0]) ? v : [v]) as readonly (readonly string[])[]).map((values): [string, readonly string[]] => [f, values]));
}

type Packed = { each?: number[]; runs?: number[] };
type At = Record<string, number>;
type Named = { name: string; column: number };

export interface Data {
  flows: number;
  codes: Packed[];
  values: { v: unknown[]; c: number; a?: number }[];
  json: Named[];
  csv: Named[];
  markdown: Named[];
  shown: At;
  products: At;
  components: At;
  features: At;
  choices: At;
  scenarios: At;
  services: Record<string, string>;
  sites: { id: string; name: string; flows: number[] }[];
  inCSV: Record<string, string>;
  inMarkdown: Record<string, string>;
  inView: Record<string, string>;
}

/** A column of a table: the value of row r is values[codes[r]]. */
export class Column<T> {
  constructor(
    readonly values: readonly T[],
    readonly codes: Uint16Array | Uint32Array,
    private readonly absent: number,
  ) {}

  at(row: number): T {
    return this.values[this.codes[row]!]!;
  }

  /** Whether a row does not have the field. */
  lacks(row: number): boolean {
    return this.codes[row] === this.absent;
  }

  #text = "";
  #starts: Uint32Array | undefined;

  /**
   * Which values contain a word, for columns of texts; undefined if none. The word has no
   * white space and is in lower case. All values are searched as one text, which is several
   * times faster than searching each.
   */
  containing(word: string): Uint8Array | undefined {
    const starts = (this.#starts ??= this.#join());
    let flags: Uint8Array | undefined;
    let value = 0;
    for (let at = this.#text.indexOf(word); at >= 0; at = this.#text.indexOf(word, starts[value]!)) {
      while (starts[value + 1]! <= at) value++;
      (flags ??= new Uint8Array(this.values.length))[value++] = 1;
    }
    return flags;
  }

  /** Joins the values in lower case, separated by line ends, and returns where each begins. */
  #join(): Uint32Array {
    const all = this.values.map((v) => String(v).toLowerCase());
    const starts = new Uint32Array(all.length + 1);
    for (let i = 0; i < all.length; i++) starts[i + 1] = starts[i]! + all[i]!.length + 1;
    this.#text = all.join("\n") + "\n";
    return starts;
  }
}

export interface Component {
  id: string;
  name: string;
  service: string;
  host: string;
  os: string;
  located: boolean;
  when: When | null;
}

export interface Feature {
  id: string;
  name: string;
  switch: boolean;
  several: boolean;
  default: string;
  needs: When | null;
  values: { id: string; name: string }[];
}

export interface Scenario {
  id: string;
  name: string;
  ranges: number[];
}

/** A release of a product. Its flows start at index first. */
export interface Product {
  index: number;
  id: string;
  version: string;
  name: string;
  called: string;
  /** Its name and version, as shown to readers. */
  title: string;
  page: string;
  first: number;
  flows: number;
  readonly components: Component[];
  readonly features: Feature[];
  readonly scenarios: Scenario[];
}

export class Catalog {
  readonly flows: number;
  readonly products: Product[] = [];
  readonly services: ReadonlyMap<string, string>;
  readonly sites: Data["sites"];
  readonly json: { name: string; column: Column<unknown> }[];
  readonly csv: { name: string; column: Column<string> }[];
  readonly markdown: { name: string; column: Column<string> }[];
  readonly inCSV: (text: string) => string;
  readonly inMarkdown: (text: string) => string;
  /** A text as shown to readers: invisible characters are spelled out. */
  readonly visible: (text: string) => string;
  /** The index of the product of each flow. */
  readonly productOf: Uint32Array;
  readonly #columns: (Column<unknown> | undefined)[] = [];
  readonly #codes: (Uint16Array | Uint32Array | undefined)[] = [];

  constructor(private readonly data: Data) {
    this.flows = data.flows;
    this.services = new Map(Object.entries(data.services));
    this.sites = data.sites;
    this.json = data.json.map((n) => ({ name: n.name, column: this.#column(n.column) }));
    this.csv = data.csv.map((n) => ({ name: n.name, column: this.#column(n.column) }));
    this.markdown = data.markdown.map((n) => ({ name: n.name, column: this.#column(n.column) }));
    this.inCSV = translation(data.inCSV);
    this.inMarkdown = translation(data.inMarkdown);
    this.visible = translation(data.inView);
    this.productOf = new Uint32Array(this.flows);
    this.#readProducts();
  }

  /** A field of the flows, as in JSON. */
  field<T>(name: string): Column<T> {
    return this.json.find((n) => n.name === name)!.column as Column<T>;
  }

  /** A column of the flows, as in CSV. */
  cell(name: string): Column<string> {
    return this.csv.find((n) => n.name === name)!.column;
  }

  /** A column of the flows, as in Markdown. */
  line(heading: string): Column<string> {
    return this.markdown.find((n) => n.name === heading)!.column;
  }

  /** A column of names. */
  shown(name: string): Column<string> {
    return this.#column(this.data.shown[name]!);
  }

  product(row: number): Product {
    return this.products[this.productOf[row]!]!;
  }

  #column<T>(at: number): Column<T> {
    let column = this.#columns[at];
    if (!column) {
      const { v, c, a } = this.data.values[at]!;
      this.#codes[c] ??= unpack(this.data.codes[c]!);
      this.#columns[at] = column = new Column(v, this.#codes[c], a ?? -1);
    }
    return column as Column<T>;
  }

  #readProducts(): void {
    const of = this.data.products;
    if (of["id"] === undefined) return; // no products
    const text = (name: string): Column<string> => this.#column(of[name]!);
    const count = (name: string): Column<number> => this.#column(of[name]!);
    const [id, version, name, called, page] = [text("id"), text("version"), text("name"), text("called"), text("page")];
    const [flows, components, features, scenarios] = [count("flows"), count("components"), count("features"), count("scenarios")];
    const next = { flow: 0, component: 0, feature: 0, scenario: 0, value: 0 };
    for (let i = 0; i < id.codes.length; i++) {
      const at = { ...next };
      const product = new Release(this, i, at.flow, flows.at(i), {
        id: id.at(i), version: version.at(i), name: name.at(i), called: called.at(i), page: page.at(i),
      }, at, [components.at(i), features.at(i), scenarios.at(i)]);
      this.products.push(product);
      this.productOf.fill(i, at.flow, at.flow + product.flows);
      next.flow += product.flows;
      next.component += components.at(i);
      next.scenario += scenarios.at(i);
      for (let f = 0; f < features.at(i); f++) next.value += this.table<number>("features", "values").at(next.feature + f);
      next.feature += features.at(i);
    }
  }

  table<T>(table: "components" | "features" | "choices" | "scenarios", name: string): Column<T> {
    const at = this.data[table][name];
    return at === undefined ? new Column<T>([], new Uint16Array(), -1) : this.#column(at); // no rows
  }
}

/** A release. Its contents are read from the tables on demand: there may be thousands of releases. */
class Release implements Product {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly called: string;
  readonly title: string;
  readonly page: string;

  constructor(
    private readonly catalog: Catalog,
    readonly index: number,
    readonly first: number,
    readonly flows: number,
    texts: { id: string; version: string; name: string; called: string; page: string },
    private readonly at: { component: number; feature: number; scenario: number; value: number },
    private readonly counts: [components: number, features: number, scenarios: number],
  ) {
    ({ id: this.id, version: this.version, name: this.name, called: this.called, page: this.page } = texts);
    this.title = `${this.name} ${catalog.visible(this.version)}`;
  }

  #components: Component[] | undefined;
  get components(): Component[] {
    return (this.#components ??= this.#rows("components", this.at.component, this.counts[0], ["id", "name", "service", "host", "os", "located", "when"]) as Component[]);
  }

  #features: Feature[] | undefined;
  get features(): Feature[] {
    if (this.#features) return this.#features;
    const all = this.#rows("features", this.at.feature, this.counts[1], ["id", "name", "switch", "several", "default", "needs", "values"]);
    let value = this.at.value;
    for (const f of all) {
      const count = f["values"] as number;
      f["values"] = this.#rows("choices", value, count, ["id", "name"]);
      value += count;
    }
    return (this.#features = all as unknown as Feature[]);
  }

  #scenarios: Scenario[] | undefined;
  get scenarios(): Scenario[] {
    return (this.#scenarios ??= this.#rows("scenarios", this.at.scenario, this.counts[2], ["id", "name", "flows"])
      .map((s) => ({ id: s["id"] as string, name: s["name"] as string, ranges: s["flows"] as number[] })));
  }

  #rows(table: "components" | "features" | "choices" | "scenarios", first: number, count: number, names: string[]): Record<string, any>[] {
    return Array.from({ length: count }, (_, i) =>
      Object.fromEntries(names.map((name) => [name, this.catalog.table(table, name).at(first + i)])));
  }
}

function translation(special: Record<string, string>): (text: string) => string {
  const map = new Map(Object.entries(special));
  return (text) => map.get(text) ?? text;
}

function unpack(p: Packed): Uint16Array | Uint32Array {
  const numbers = (length: number, most: number) => (most < 0x10000 ? new Uint16Array(length) : new Uint32Array(length));
  if (!p.runs) {
    const each = p.each ?? [];
    const all = numbers(each.length, each.reduce((most, n) => Math.max(most, n), 0));
    all.set(each);
    return all;
  }
  let length = 0;
  let most = 0;
  for (let i = 0; i < p.runs.length; i += 2) {
    most = Math.max(most, p.runs[i]!);
    length += p.runs[i + 1]!;
  }
  const all = numbers(length, most);
  let at = 0;
  for (let i = 0; i < p.runs.length; i += 2) {
    all.fill(p.runs[i]!, at, (at += p.runs[i + 1]!));
  }
  return all;
}

/** Calls a function for each number in ranges, which are pairs: how many to skip, and how many to take. */
export function eachInRanges(ranges: readonly number[], from: number, call: (row: number) => void): void {
  let at = from;
  for (let i = 0; i < ranges.length; i += 2) {
    at += ranges[i]!;
    for (const end = at + ranges[i + 1]!; at < end; at++) call(at);
  }
}
