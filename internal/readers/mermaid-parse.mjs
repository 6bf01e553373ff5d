// Parses each Mermaid file named on the command line with Mermaid's own parser
// and prints a line for each fault. The exit status is 1 if there is any.
import { JSDOM } from "jsdom";
import { readFile } from "node:fs/promises";

// Mermaid asks for a browser's document as soon as it is imported.
const { window } = new JSDOM("");
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");
mermaid.initialize({ maxTextSize: 1_000_000, maxEdges: 10_000 });

let faults = 0;
for (const name of process.argv.slice(2)) {
  try {
    await mermaid.parse(await readFile(name, "utf8"));
  } catch (e) {
    faults++;
    console.error(`${name}: ${e.message}`);
  }
}
process.exit(faults ? 1 : 0);
