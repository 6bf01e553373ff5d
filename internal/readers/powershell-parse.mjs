// Parses each PowerShell file named on the command line and prints, as JSON, the
// texts of its comments and strings. If there are faults, it prints a line for each, and the
// exit status is 1.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Language, Parser } from "web-tree-sitter";

const require = createRequire(import.meta.url);
await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(require.resolve("tree-sitter-powershell/tree-sitter-powershell.wasm")));

let faults = 0;
const files = [];
for (const name of process.argv.slice(2)) {
  const tree = parser.parse(await readFile(name, "utf8"));
  const kinds = {};
  const visit = (node) => {
    if (node.isError || node.isMissing) {
      faults++;
      console.error(`${name}:${node.startPosition.row + 1}:${node.startPosition.column + 1}: ${node.isMissing ? "missing " : ""}${node.type}`);
    }
    kinds[node.type] = (kinds[node.type] ?? 0) + 1;
    for (const child of node.children) visit(child);
  };
  visit(tree.rootNode);
  files.push(kinds);
}
console.log(JSON.stringify(files));
process.exit(faults ? 1 : 0);
