// Makes elements. Text becomes text nodes only: nothing here or elsewhere parses HTML.

type Child = Node | string | false | null | undefined;
type Props = Record<string, string | number | boolean | undefined | ((event: any) => void)>;

/** Makes an element. Properties that begin with "on" are listeners, the others attributes. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") e.addEventListener(name.slice(2), value);
    else if (value === true) e.setAttribute(name, "");
    else if (value !== false && value !== undefined) e.setAttribute(name, String(value));
  }
  e.append(...children.filter((c): c is Node | string => c !== false && c !== null && c !== undefined));
  return e;
}

/** Has the browser save a file. */
export function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  h("a", { href: url, download: name }).click();
  // The URL must stay valid until the browser has read the file, which takes less than this.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
