// Writes flows as portspec flows does. How a text is written in CSV and Markdown comes with
// the data: its encoders are in Go.

import type { Catalog } from "./data";

type Rows = Iterable<number>;

/** The shape of portspec flows --format json. */
export function toJSON(catalog: Catalog, rows: Rows): string {
  const flows: object[] = [];
  for (const row of rows) {
    const fields = catalog.json.filter((f) => !f.column.lacks(row));
    flows.push(Object.fromEntries(fields.map((f) => [f.name, f.column.at(row)])));
  }
  return JSON.stringify(flows, null, 2) + "\n";
}

/** The table of portspec flows --format csv. */
export function toCSV(catalog: Catalog, rows: Rows): string {
  const lines = [csvLine(catalog.csv.map((c) => c.name))];
  for (const row of rows) lines.push(csvLine(catalog.csv.map((c) => catalog.inCSV(c.column.at(row)))));
  return lines.join("");
}

/** A line of encoded cells: RFC 4180, except for the end of the line. */
export function csvLine(cells: string[]): string {
  return cells.map((c) => (/[",\r\n]|^\s|^\\\.$/.test(c) ? `"${c.replaceAll('"', '""')}"` : c)).join(",") + "\n";
}

/** The table of portspec flows --format markdown. */
export function toMarkdown(catalog: Catalog, rows: Rows): string {
  const columns = catalog.markdown;
  const lines = [markdownLine(columns.map((c) => c.name)), "| --- ".repeat(columns.length) + "|\n"];
  for (const row of rows) lines.push(markdownLine(columns.map((c) => catalog.inMarkdown(c.column.at(row)))));
  return lines.join("");
}

export function markdownLine(cells: string[]): string {
  return cells.map((c) => `| ${c} `).join("") + "|\n";
}
