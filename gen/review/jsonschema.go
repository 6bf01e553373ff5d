package review

import (
	_ "embed"
)

// JSONSchema describes the JSON form of a [Report], as portspec review prints it. It
// is generated from the types of this package and of those that it uses, and from their
// comments.
//
//go:generate sh -c "cd ../../internal/tools && go run ./modelschema ../.. review > ../../gen/review/review.schema.json.new && mv ../../gen/review/review.schema.json.new ../../gen/review/review.schema.json"
//go:embed review.schema.json
var JSONSchema []byte
