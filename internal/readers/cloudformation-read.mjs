// Compares each CloudFormation template named on the command line, in JSON, with Amazon's
// specification of its resources. If there are faults, it prints a line for each, and the exit
// status is 1.
import { readFile } from "node:fs/promises";
import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";

const spec = loadAwsServiceSpecSync();
let faults = 0;
const fault = (where, what) => {
  faults++;
  console.error(`${where}: ${what}`);
};

const isIntrinsic = (value) => Object.keys(value).length === 1 && /^(Ref|Fn::[A-Za-z]+)$/.test(Object.keys(value)[0]);

function checkValue(where, value, type) {
  if (value !== null && typeof value === "object" && !Array.isArray(value) && isIntrinsic(value)) return;
  switch (type.type) {
    case "string":
      if (typeof value !== "string") fault(where, "must be a string");
      break;
    case "integer":
    case "number":
      if (!Number.isInteger(value)) fault(where, "must be a whole number");
      break;
    case "array":
      if (!Array.isArray(value)) return fault(where, "must be a list");
      value.forEach((item, i) => checkValue(`${where}.${i}`, item, type.element));
      break;
    case "tag":
      checkProperties(where, value, { Key: { type: { type: "string" }, required: true }, Value: { type: { type: "string" }, required: true } });
      break;
    case "ref":
      checkProperties(where, value, spec.get("typeDefinition", type.reference.$ref).properties);
      break;
    default:
      fault(where, `has a type that is not checked: ${type.type}`);
  }
}

function checkProperties(where, values, properties) {
  for (const [name, value] of Object.entries(values)) {
    if (!properties[name]) fault(`${where}.${name}`, "no such property");
    else checkValue(`${where}.${name}`, value, properties[name].type);
  }
  for (const [name, property] of Object.entries(properties)) {
    if (property.required && !(name in values)) fault(where, `${name} is missing`);
  }
}

for (const file of process.argv.slice(2)) {
  const template = JSON.parse(await readFile(file, "utf8"));
  const sections = ["AWSTemplateFormatVersion", "Description", "Parameters", "Resources", "Outputs"];
  for (const name of Object.keys(template)) if (!sections.includes(name)) fault(`${file}: ${name}`, "no such section");
  for (const [name, resource] of Object.entries(template.Resources)) {
    const where = `${file}: ${name}`;
    if (!/^[A-Za-z0-9]{1,255}$/.test(name)) fault(where, "is not the name of a resource");
    const known = spec.lookup("resource", "cloudFormationType", "equals", resource.Type);
    if (known.length !== 1) fault(where, `no such type: ${resource.Type}`);
    else checkProperties(where, resource.Properties, known.only().properties);
  }
}
process.exit(faults ? 1 : 0);
