// The list of flows: a table that contains only the visible rows. All rows have the same
// height, so the scroll position determines the visible rows.

import { h } from "./dom";
import type { Ordered } from "./order";
import { Row } from "./row";

/** The greatest number of printed rows. Nobody reads more, and browsers need minutes for them. */
export const mostPrinted = 5000;

/** The marks of words of the search. They are not elements, so rows need no layout when they change. Older browsers show none. */
const marks = typeof Highlight === "undefined" ? undefined : new Highlight();
if (marks) CSS.highlights.set("words", marks);

export class List {
  readonly element: HTMLElement;
  readonly #table = h("table");
  readonly #head = h("thead");
  readonly #body = h("tbody");
  readonly #none = h("p", { class: "none" }, "Remove a word or a filter to see more.");
  readonly #sizer = h("div", { class: "sizer" }, this.#table, this.#none);
  #of!: Ordered;
  #mark: RegExp | undefined;
  // Measured once for all rows: measuring makes the browser lay out the page.
  #rowHeight = 0;
  #headHeight = 0;
  #height = 0;
  #top = 0;
  /** The rows in the page, in their order. */
  #rows: Row[] = [];
  #printing = false;

  constructor(private readonly open: (at: number) => void) {
    this.#table.append(this.#head, this.#body);
    this.element = h("div", { class: "list", role: "region", "aria-label": "Flows", tabindex: 0 }, this.#sizer);
    this.element.addEventListener("scroll", () => {
      this.#top = this.element.scrollTop;
      this.#render();
    });
    this.element.addEventListener("click", (e) => {
      const row = (e.target as Element).closest("button")?.closest("tr");
      if (row) this.open(rowAt(row));
    });
    this.element.addEventListener("keydown", (e) => this.#key(e));
    new ResizeObserver(() => this.#measure()).observe(this.element);
    addEventListener("beforeprint", () => this.print(true));
    addEventListener("afterprint", () => this.print(false));
  }

  /** Shows other flows, starting with the first. Words are marked. */
  show(of: Ordered, words: string[]): void {
    const headings = this.#of?.headings !== of.headings;
    this.#of = of;
    this.#mark = words.length > 0 ? new RegExp(words.map((w) => w.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"), "giu") : undefined;
    if (headings) {
      this.#head.replaceChildren(h("tr", { "aria-rowindex": 1 }, ...of.headings.map((x) => h("th", { scope: "col", class: x.kind }, x.name))));
      this.#clear();
    }
    this.#table.setAttribute("aria-rowcount", String(of.shown.rows.length + 1));
    const some = of.shown.rows.length > 0;
    if (this.#none.hidden !== some) this.#none.hidden = some;
    const focused = document.activeElement;
    if (focused instanceof HTMLElement && this.#body.contains(focused)) focused.blur(); // its row shows another flow
    if (this.#top > 0) this.element.scrollTop = this.#top = 0;
    if (this.#printing) {
      this.print(true);
      return;
    }
    this.#reuse();
    if (headings || this.#rowHeight === 0) this.#measure();
    else this.#layout();
  }

  /** Moves the focus into the list. */
  focus(): void {
    this.#focus(this.#first());
  }

  /** Puts all rows into the page, or only the visible ones again. */
  print(all: boolean): void {
    this.#printing = all;
    this.#clear();
    if (!all) {
      this.#measure();
      return;
    }
    this.#sizer.style.height = this.#table.style.top = "";
    const most = Math.min(this.#of.shown.rows.length, mostPrinted);
    this.#body.append(...Array.from({ length: most }, (_, at) => this.#row(at).element));
  }

  #clear(): void {
    this.#body.replaceChildren();
    this.#rows = [];
    marks?.clear();
  }

  /** Has the rows in the page show the first flows. */
  #reuse(): void {
    for (const row of this.#rows.splice(this.#of.shown.rows.length)) row.element.remove();
    this.#rows.forEach((row, at) => row.fill(at, this.#rows[at - 1]));
  }

  /** Measures the height of rows, which depends on the width of the window and the size of the font. */
  #measure(): void {
    if (this.#printing || !this.#of) return;
    if (this.#of.shown.rows.length > 0) {
      const probe = this.#row(0).element;
      this.#body.append(probe);
      this.#rowHeight = probe.getBoundingClientRect().height;
      probe.remove();
    }
    this.#headHeight = this.#head.offsetHeight;
    this.#height = this.element.clientHeight;
    this.#top = this.element.scrollTop;
    this.#layout();
  }

  #layout(): void {
    this.#sizer.style.height = `${this.#headHeight + this.#of.shown.rows.length * this.#rowHeight}px`;
    this.#render();
  }

  #first(): number {
    return Math.floor(this.#top / (this.#rowHeight || 1));
  }

  #render(): void {
    if (this.#printing || this.#rowHeight === 0) return;
    const all = this.#of.shown.rows.length;
    const room = this.#height - this.#headHeight;
    const last = Math.min(all, Math.ceil((this.#top + room) / this.#rowHeight));
    const first = Math.min(this.#first(), last);
    const rows = this.#rows;
    while (rows.length > 0 && rows[0]!.at < first) rows.shift()!.element.remove();
    while (rows.length > 0 && rows.at(-1)!.at >= last) rows.pop()!.element.remove();
    const above = this.#between(first, rows[0]?.at ?? first, undefined);
    rows.unshift(...above);
    this.#body.prepend(...above.map((row) => row.element));
    const below = this.#between(first + rows.length, last, rows.at(-1));
    rows.push(...below);
    this.#body.append(...below.map((row) => row.element));
    this.#table.style.top = `${first * this.#rowHeight}px`;
    this.#markWords();
  }

  /** Makes rows for a range of places. The first is below the given row, or at the top. */
  #between(from: number, to: number, above: Row | undefined): Row[] {
    const rows: Row[] = [];
    for (let at = from; at < to; at++) rows.push((above = this.#row(at, above)));
    return rows;
  }

  #row(at: number, above?: Row): Row {
    const row = new Row(this.#of.headings);
    row.fill(at, above);
    return row;
  }

  /** Marks the words of the search in the visible rows. */
  #markWords(): void {
    marks?.clear();
    if (!this.#mark) return;
    for (const row of this.#rows) {
      for (const text of row.texts()) {
        for (const { index, 0: word } of text.data.matchAll(this.#mark)) {
          marks?.add(new StaticRange({ startContainer: text, startOffset: index, endContainer: text, endOffset: index + word.length }));
        }
      }
    }
  }

  #key(e: KeyboardEvent): void {
    if (e.ctrlKey || e.altKey || e.metaKey) return;
    const row = (e.target as Element).closest("tbody tr");
    const at = row ? rowAt(row) : this.#first() - 1;
    const page = Math.max(1, Math.floor(this.#height / this.#rowHeight) - 2);
    const last = this.#of.shown.rows.length - 1;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: last }[e.key];
    if (to === undefined || last < 0) return;
    e.preventDefault();
    this.#focus(Math.max(0, Math.min(last, to)));
  }

  /** Moves the focus to a row, and the list so that the row is visible. */
  #focus(at: number): void {
    if (this.#of.shown.rows.length === 0 || this.#rowHeight === 0) return;
    const room = this.#height - this.#headHeight;
    const top = at * this.#rowHeight;
    if (top < this.#top) this.element.scrollTop = top;
    else if (top + this.#rowHeight > this.#top + room) this.element.scrollTop = Math.ceil(top + this.#rowHeight - room);
    this.#top = this.element.scrollTop;
    this.#render();
    this.#rows.find((row) => row.at === at)?.element.querySelector("button")?.focus({ preventScroll: true });
  }
}

/** The place in the list of the flow that a row shows. */
function rowAt(row: Element): number {
  return Number(row.getAttribute("aria-rowindex")) - 2;
}
