package explorer

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// A column has a value for each row of a table. Each value is stored once, in the order of its
// first row, so that columns that distinguish rows in the same way have the same codes.
type column struct {
	values []json.RawMessage
	keys   []string // identify the values: texts themselves, others as JSON
	codes  []uint32 // by row, an index of values
	code   map[string]uint32
	absent int // index of the value for an absent field; or -1
}

func newColumn() *column { return &column{code: make(map[string]uint32), absent: -1} }

// again adds a value if an earlier row has the same one, identified by a key.
func (c *column) again(key string) bool {
	if n := len(c.codes); n > 0 && c.keys[c.codes[n-1]] == key { // often the same as the row before
		c.codes = append(c.codes, c.codes[n-1])
		return true
	}
	code, ok := c.code[key]
	if ok {
		c.codes = append(c.codes, code)
	}
	return ok
}

// first adds a value that no earlier row has. It does not keep parts of the key, which would
// keep the model in memory.
func (c *column) first(key string, value json.RawMessage) {
	c.codes = append(c.codes, c.define(strings.Clone(key), value))
}

func (c *column) define(key string, value json.RawMessage) uint32 {
	code := uint32(len(c.values))
	c.code[key] = code
	c.keys, c.values = append(c.keys, key), append(c.values, value)
	if key == absent {
		c.absent = int(code)
	}
	return code
}

// merge adds the rows of another column with values of the same kind.
func (c *column) merge(other *column) {
	codes := make([]uint32, len(other.values))
	for i, key := range other.keys {
		code, ok := c.code[key]
		if !ok {
			code = c.define(key, other.values[i])
		}
		codes[i] = code
	}
	for _, code := range other.codes {
		c.codes = append(c.codes, codes[code])
	}
}

// text adds a text.
func (c *column) text(s string) {
	if !c.again(s) {
		c.first(s, marshal(s))
	}
}

// any adds a value that is plain data.
func (c *column) any(v any) {
	if value := marshal(v); !c.again(string(value)) {
		c.first(string(value), value)
	}
}

// absent is the key of an absent field. Unlike all texts and JSON, it is not UTF-8.
const absent = "\xff"

// field adds a field of a struct in the form of encoding/json.
func (c *column) field(v reflect.Value, omitEmpty bool) {
	const empty = "[]"
	switch kind := v.Kind(); {
	case omitEmpty && (v.IsZero() || (kind == reflect.Map || kind == reflect.Slice) && v.Len() == 0):
		if !c.again(absent) {
			c.first(absent, json.RawMessage("null"))
		}
	case kind == reflect.Slice && !v.IsNil() && v.Len() == 0:
		if !c.again(empty) {
			c.first(empty, json.RawMessage(empty))
		}
	case kind == reflect.String:
		c.text(v.String())
	case kind == reflect.Bool:
		if key := strconv.FormatBool(v.Bool()); !c.again(key) {
			c.first(key, json.RawMessage(key))
		}
	default:
		c.any(v.Interface())
	}
}

func marshal(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // it is plain data
	}
	return data
}

// columns are the columns of all tables as sent to the page. Equal ones are stored once.
type columns struct {
	Codes  []packed `json:"codes"`
	Values []values `json:"values"`

	codesOf, columnOf map[[sha256.Size]byte]int // by their hashes
}

// values is a column as sent to the page: its values, an index of codes, and the value for
// absent fields.
type values struct {
	Values []json.RawMessage `json:"v"`
	Codes  int               `json:"c"`
	Absent *int              `json:"a,omitempty"`
}

// add adds a column and returns its index.
func (all *columns) add(c *column) int {
	if all.columnOf == nil {
		all.codesOf, all.columnOf = make(map[[sha256.Size]byte]int), make(map[[sha256.Size]byte]int)
	}
	key := make([]byte, 0, 4*len(c.codes))
	for _, code := range c.codes {
		key = binary.LittleEndian.AppendUint32(key, code)
	}
	sum := sha256.Sum256(key)
	codes, ok := all.codesOf[sum]
	if !ok {
		codes = len(all.Codes)
		all.codesOf[sum] = codes
		all.Codes = append(all.Codes, pack(c.codes))
	}
	v := values{Values: c.values, Codes: codes}
	if c.absent >= 0 {
		v.Absent = &c.absent
	}
	hash := sha256.New()
	fmt.Fprintln(hash, codes, c.absent)
	for _, value := range c.values {
		fmt.Fprintf(hash, "%s\n", value) // this JSON has no line breaks
	}
	id := [sha256.Size]byte(hash.Sum(nil))
	at, ok := all.columnOf[id]
	if !ok {
		at = len(all.Values)
		all.columnOf[id] = at
		all.Values = append(all.Values, v)
	}
	return at
}

// packed are codes in the shorter of two forms.
type packed struct {
	Each []uint32 `json:"each,omitempty"` // by row
	Runs []uint32 `json:"runs,omitempty"` // pairs of a code and the number of successive rows that have it
}

func pack(codes []uint32) packed {
	var runs []uint32
	for i, code := range codes {
		if i > 0 && code == codes[i-1] {
			runs[len(runs)-1]++
		} else {
			runs = append(runs, code, 1)
		}
	}
	if len(runs) < len(codes) {
		return packed{Runs: runs}
	}
	return packed{Each: codes}
}
