package diff

import _ "embed"

// JSONSchema is the JSON Schema of [Changes], as portspec diff prints it. It is generated
// from the types of this package and their comments.
//
//go:generate sh -c "cd ../tools && go run ./modelschema ../.. diff > ../diff/diff.schema.json.new && mv ../diff/diff.schema.json.new ../diff/diff.schema.json"
//go:embed diff.schema.json
var JSONSchema []byte
