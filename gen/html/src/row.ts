// A row of the list. It is made once and shows one flow after the other, because browsers need
// longer to make and lay out elements than to search for flows.

import { h } from "./dom";
import type { Heading } from "./order";

export class Row {
  readonly element = h("tr");
  /** The place of the flow in the list. */
  at = -1;
  readonly #cells: Cell[];

  constructor(headings: readonly Heading[]) {
    this.#cells = headings.map((heading) => new Cell(heading));
    this.element.append(...this.#cells.map((c) => c.element));
  }

  /** Shows the flow at a place. If the row above is in the page as well, the first cell is soft where its text is the same. */
  fill(at: number, above: Row | undefined): void {
    if (this.at !== at) this.element.setAttribute("aria-rowindex", String((this.at = at) + 2));
    for (const cell of this.#cells) cell.fill(at);
    this.#cells[0]!.soften(above !== undefined && above.#cells[0]!.text.data === this.#cells[0]!.text.data);
  }

  /** All texts of the row. */
  texts(): Text[] {
    return this.#cells.flatMap((c) => (c.more.data === "" ? [c.text] : [c.text, c.more]));
  }
}

class Cell {
  readonly element: HTMLTableCellElement;
  readonly text = document.createTextNode("");
  /** The small print, which is in the page only if there is some. */
  readonly more = document.createTextNode("");
  readonly #small = h("small", {}, this.more);
  readonly #content: HTMLElement;

  constructor(private readonly heading: Heading) {
    this.#content = heading.kind === "purpose" ? h("button", { type: "button", "aria-haspopup": "dialog" }, this.text) : h("div", {}, this.text);
    this.element = h("td", { class: heading.kind }, this.#content);
  }

  fill(at: number): void {
    const text = this.heading.text(at);
    const more = this.heading.more?.(at) ?? "";
    if (this.text.data !== text) this.text.data = text;
    if (this.more.data === more) return;
    this.more.data = more;
    if (more === "") this.#content.replaceChildren(this.text);
    else this.#content.replaceChildren(this.text, " ", this.#small);
  }

  /** Shows that the text is that of the row above. */
  soften(soft: boolean): void {
    this.element.classList.toggle("again", soft);
  }
}
