// What the explorer shows, and how the address encodes it: a view can be sent as a link.

/** Filters with several values: a flow is shown if it matches one value of each. */
export const filterNames = ["product", "component", "from", "to", "transport", "port", "feature", "scenario", "site"] as const;
export type FilterName = (typeof filterNames)[number];

export const views = ["direction", "component", "listener"] as const;
export type View = (typeof views)[number];

export interface State {
  words: string;
  view: View;
  filters: Record<FilterName, string[]>;
  /** Components that the user runs: "igel-ums/ums-server". */
  run: string[];
  /** What features of these products are set to, apart from their defaults: "igel-ums:database=postgresql". */
  set: string[];
}

export function emptyState(): State {
  const filters = Object.fromEntries(filterNames.map((name) => [name, [] as string[]])) as State["filters"];
  return { words: "", view: "direction", filters, run: [], set: [] };
}

export function copyState(s: State): State {
  const filters = Object.fromEntries(filterNames.map((name) => [name, [...s.filters[name]]])) as State["filters"];
  return { ...s, filters, run: [...s.run], set: [...s.set] };
}

/** The part of an address behind #. Nothing is left out, so equal states have equal addresses. */
export function toAddress(s: State): string {
  const p = new URLSearchParams();
  if (s.words.trim()) p.set("q", s.words.trim());
  if (s.view !== "direction") p.set("view", s.view);
  for (const name of filterNames) for (const value of s.filters[name]) p.append(name, value);
  for (const value of s.run) p.append("run", value);
  for (const value of s.set) p.append("set", value);
  // Only characters that would end the address within a text are escaped.
  return p.toString().replace(/%2F/g, "/").replace(/%3A/g, ":").replace(/%40/g, "@").replace(/%3D/g, "=").replace(/%2C/g, ",");
}

/** Reads an address. Unknown parts are ignored. */
export function fromAddress(hash: string): State {
  const s = emptyState();
  const p = new URLSearchParams(hash.replace(/^#/, ""));
  const list = (name: string) => [...new Set(p.getAll(name).filter((v) => v))];
  s.words = p.get("q") ?? "";
  s.view = views.find((v) => v === p.get("view")) ?? "direction";
  for (const name of filterNames) s.filters[name] = list(name);
  s.run = list("run");
  s.set = list("set");
  return s;
}
