package model

import _ "embed"

// JSONSchema is the JSON Schema of a [Catalog], as portspec export prints it. It is
// generated from the types of this package and their comments.
//
//go:generate sh -c "cd ../tools && go run ./modelschema ../.. export > ../model/export.schema.json.new && mv ../model/export.schema.json.new ../model/export.schema.json"
//go:embed export.schema.json
var JSONSchema []byte
