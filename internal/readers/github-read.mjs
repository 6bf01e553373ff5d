// Reads workflow commands of a file as GitHub's runner does, line by
// line, and prints the commands as JSON. GitHub's own library also writes each
// command again, which must give the same bytes.
import * as core from "@actions/core";
import { readFileSync } from "node:fs";

const commands = { error: core.error, warning: core.warning, notice: core.notice };

// Keeps what the library writes instead of printing it.
function written(command) {
  const write = process.stdout.write;
  let text = "";
  process.stdout.write = (chunk) => ((text += chunk), true);
  try {
    command();
  } finally {
    process.stdout.write = write;
  }
  return text;
}

// The runner decodes percent signs last, so that nothing is decoded twice.
const unescape = (text, codes) => codes.reduce((s, [code, char]) => s.replaceAll(code, char), text);
const inData = [["%0D", "\r"], ["%0A", "\n"], ["%25", "%"]];
const inProperty = [["%0D", "\r"], ["%0A", "\n"], ["%3A", ":"], ["%2C", ","], ["%25", "%"]];

function parse(line) {
  const text = line.trimStart();
  const end = text.indexOf("::", 2);
  if (!text.startsWith("::") || end < 0) throw new Error(`no command: ${line}`);
  const info = text.slice(2, end);
  const space = info.indexOf(" ");
  const name = space < 0 ? info : info.slice(0, space);
  if (!commands[name]) throw new Error(`no such command: ${line}`);
  const properties = {};
  for (const pair of (space < 0 ? "" : info.slice(space + 1).trim()).split(",").filter(Boolean)) {
    const [key, ...value] = pair.split("=");
    properties[key] = unescape(value.join("="), inProperty);
  }
  return { name, properties, message: unescape(text.slice(end + 2), inData) };
}

// The rules by which the runner drops columns and lines.
function validate({ name, properties: { line, endLine, col, endColumn } }) {
  if ((col || endColumn) && !line) throw new Error(`${name}: a column without a line`);
  if (endColumn && Number(endColumn) < Number(col)) throw new Error(`${name}: ends in column ${endColumn}, before ${col}`);
  if (endLine && !line) throw new Error(`${name}: an end without a line`);
  if (endLine && Number(endLine) < Number(line)) throw new Error(`${name}: ends in line ${endLine}, before ${line}`);
  if ((col || endColumn) && endLine && endLine !== line) throw new Error(`${name}: columns with several lines`);
}

const lines = readFileSync(process.argv[2], "utf8").split("\n");
if (lines.pop() !== "") throw new Error("the last line has no end");
const read = lines.map((line) => {
  const command = parse(line);
  validate(command);
  const p = command.properties;
  const again = written(() =>
    commands[command.name](command.message, {
      title: p.title, file: p.file, startLine: p.line, endLine: p.endLine, startColumn: p.col, endColumn: p.endColumn,
    }),
  );
  if (again !== line + "\n") throw new Error(`GitHub's library writes\n${again}not\n${line}`);
  return command;
});
console.log(JSON.stringify(read));
