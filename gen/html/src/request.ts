// What a user runs, as a change request for a firewall and as a site to continue with.

import type { Catalog, Component } from "./data";
import { csvLine, markdownLine } from "./export";
import { isThere, allows, type Run, runsOf } from "./run";
import type { State } from "./state";

/** A line of a request. */
interface Line {
  from: string[];
  to: string;
  transport: string;
  port: string;
  purpose: string;
  when: string;
  cite: string;
  product: string;
}

/** The flows of a selection that cross the network, and how many do not or need no rule. */
function lines(catalog: Catalog, s: State, rows: Iterable<number>): { lines: Line[]; left: number } {
  const runs = new Map(runsOf(catalog, s).map((r) => [r.product, r]));
  const [from, scope, noRule] = [catalog.field<string[]>("from"), catalog.cell("scope"), catalog.cell("no_rule")];
  const [to, product, transport, port, when] = [catalog.shown("to"), catalog.shown("product"), catalog.cell("transport"), catalog.line("Port"), catalog.line("When")];
  const [purpose, cite] = [catalog.cell("purpose"), catalog.line("Rows")];
  const all: Line[] = [];
  let left = 0;
  for (const row of rows) {
    if (scope.at(row) === "same-host" || noRule.at(row)) {
      left++;
      continue;
    }
    const run = runs.get(catalog.product(row));
    const ids = from.at(row);
    const talkers = catalog.product(row).components.filter((c) => ids.includes(c.id) && (!run || isThere(run, c)));
    all.push({
      from: talkers.map((c) => c.name), to: to.at(row), transport: transport.at(row), port: port.at(row),
      purpose: purpose.at(row), when: when.at(row), cite: cite.at(row), product: product.at(row),
    });
  }
  return { lines: all, left };
}

const columns = ["No.", "Source", "Destination", "Transport", "Port", "Purpose", "When", "Product", "Rests on", "Owner", "Ticket", "Expires"];

/** A request in Markdown, for a ticket. */
export function requestMarkdown(catalog: Catalog, s: State, rows: Iterable<number>): string {
  const { lines: all, left } = lines(catalog, s, rows);
  const text = catalog.inMarkdown;
  let out = "# Firewall change request\n\n";
  for (const r of runsOf(catalog, s)) {
    const named = r.product.components.filter((c) => r.runs.has(c.id)).map((c) => text(c.name));
    out += `- ${text(`${r.product.name} ${r.product.version}`)}: ${named.join(", ")}\n`;
    const set = r.product.features.map((f) => `${text(f.name)}: ${r.setting.get(f.id)!.map((v) => text(f.values.find((x) => x.id === v)!.name)).join(", ")}`);
    if (set.length > 0) out += `  (${set.join("; ")})\n`;
  }
  out += "\nThe source opens the connection. Replies on it need no rule: a stateful firewall lets them through.\n";
  if (left > 0) out += `Not listed: ${left === 1 ? "1 flow that stays on one host or needs" : `${left} flows that stay on one host or need`} no rule.\n`;
  out += "\n" + markdownLine(columns) + "| --- ".repeat(columns.length) + "|\n";
  all.forEach((l, i) => {
    out += markdownLine([
      String(i + 1), l.from.map(text).join(", "), text(l.to), text(l.transport), text(l.port), text(l.purpose), text(l.when), text(l.product), text(l.cite), "", "", "",
    ]);
  });
  return out;
}

/** The same for spreadsheets and programs: a line for each source. */
export function requestCSV(catalog: Catalog, s: State, rows: Iterable<number>): string {
  let out = csvLine(["source", "destination", "transport", "port", "purpose", "when", "product", "rests_on", "owner", "ticket", "expires"]);
  for (const l of lines(catalog, s, rows).lines) {
    for (const source of l.from) out += csvLine([...[source, l.to, l.transport, l.port, l.purpose, l.when, l.product, l.cite].map(catalog.inCSV), "", "", ""]);
  }
  return out;
}

/** Writes a text of a spec in YAML as JSON, which has only one meaning there. */
const quoted = (text: string) => JSON.stringify(text);

/**
 * A site in YAML, as portspec init site writes it: a host for each component, with example
 * addresses. In CUE it would have to import the catalogue, whose path the page does not know.
 */
export function siteFile(catalog: Catalog, s: State): string {
  const runs = runsOf(catalog, s);
  let last = 0;
  // A range for documentation, and when that is used up a private network.
  const address = () => (++last < 255 ? `192.0.2.${last}` : `10.${last >> 16}.${(last >> 8) & 255}.${last & 255}`);
  let out = "# A site with what you run. Set the addresses, then run\n#   portspec resolve --site FILE\nsite: my-site\nproducts:\n";
  const releases = new Map<string, string>();
  for (const r of runs) {
    if (releases.has(r.product.id)) continue;
    releases.set(r.product.id, r.product.version);
    out += `  ${quoted(r.product.id)}:\n`;
    if (catalog.products.filter((p) => p.id === r.product.id).length > 1) out += `    release: ${quoted(r.product.version)}\n`;
    out += r.product.features.length > 0 ? "    features:\n" : "    features: {}\n";
    for (const f of r.product.features) out += `      ${quoted(f.id)}: ${featureValue(f, r.setting.get(f.id)!)}\n`;
    const without = r.product.components.filter((c) => c.os && !r.runs.has(c.id) && !runs.some((o) => o !== r && o.product.id === r.product.id && o.runs.has(c.id)));
    if (without.length > 0) out += `    without: [${without.map((c) => quoted(c.id)).join(", ")}]\n`;
  }
  out += "hosts:\n";
  const taken = new Set<string>();
  for (const r of runs) {
    for (const c of r.product.components.filter((c) => r.runs.has(c.id))) {
      let id = c.host;
      for (let n = 2; taken.has(id); n++) id = n === 2 ? `${r.product.id}-${c.host}` : `${r.product.id}-${c.host}-${n}`;
      taken.add(id);
      const other = releases.get(r.product.id) === r.product.version ? "" : `, releases: {${quoted(r.product.id)}: ${quoted(r.product.version)}}`;
      out += `  ${quoted(id)}: {os: ${c.os}, addresses: [${address()}], runs: [${quoted(`${r.product.id}/${c.id}`)}]${other}}\n`;
    }
  }
  const located = locatedServices(catalog, runs);
  if (located.length > 0) out += "services:\n";
  for (const id of located) out += `  ${quoted(id)}: {addresses: [${address()}]}\n`;
  return out;
}

function featureValue(f: { switch: boolean; several: boolean }, values: readonly string[]): string {
  if (f.switch) return String(values[0] === "on");
  return f.several ? `[${values.map(quoted).join(", ")}]` : quoted(values[0]!);
}

/** The shared services that what the user runs talks to, or that talk to it. */
function locatedServices(catalog: Catalog, runs: Run[]): string[] {
  const [from, to] = [catalog.field<string[]>("from"), catalog.field<string>("to")];
  const ids = new Set<string>();
  for (const r of runs) {
    const there = new Map<string, Component>(r.product.components.filter((c) => c.located && allows(r.setting, c.when)).map((c) => [c.id, c]));
    for (let row = r.product.first; row < r.product.first + r.product.flows; row++) {
      for (const id of [to.at(row), ...from.at(row)]) {
        const service = there.get(id);
        if (service) ids.add(service.service);
      }
    }
  }
  return [...ids].sort();
}
