package explorer

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/spool"
)

// A column has a value for each row of a table. Each value is stored once, in the order of its
// first row, so that columns that distinguish rows in the same way have the same codes.
type column struct {
	values gen.Dictionary // of texts themselves, and of other values as JSON
	texts  bool           // all values but the absent one are texts
	codes  series         // by row, the number of the value
	absent int            // number of the value for an absent field; or -1
}

// newColumn returns a column, with most of it in a spool unless that is nil.
func newColumn(in *spool.Spool) *column {
	return &column{absent: -1, values: gen.Dictionary{Spool: in}, codes: series{done: spool.Stream{Spool: in}}}
}

// add adds a row with a value.
func (c *column) add(key string) {
	if last, ok := c.codes.last(); ok && c.values.Is(int(last), key) { // often the same as the row before
		c.codes.add(last, 1)
		return
	}
	c.codes.add(c.define(key), 1)
}

func (c *column) define(key string) uint32 {
	code := c.values.Add(key)
	if key == absent {
		c.absent = int(code)
	}
	return code
}

// merge adds the rows of another column with values of the same kind.
func (c *column) merge(other *column) {
	c.texts = c.texts || other.texts
	codes := make([]uint32, other.values.Len())
	for i := range codes {
		codes[i] = c.define(string(other.values.At(i)))
	}
	for code, times := range other.codes.all() {
		c.codes.add(codes[code], times)
	}
}

// text adds a text.
func (c *column) text(s string) {
	c.texts = true
	c.add(s)
}

// any adds a value that is plain data.
func (c *column) any(v any) { c.add(string(marshal(v))) }

// absent is the key of an absent field. Unlike all texts and JSON, it is not UTF-8.
const absent = "\xff"

// field adds a field of a struct in the form of encoding/json.
func (c *column) field(v reflect.Value, omitEmpty bool) {
	switch kind := v.Kind(); {
	case omitEmpty && (v.IsZero() || (kind == reflect.Map || kind == reflect.Slice) && v.Len() == 0):
		c.add(absent)
	case kind == reflect.Slice && !v.IsNil() && v.Len() == 0:
		c.add("[]")
	case kind == reflect.String:
		c.text(v.String())
	case kind == reflect.Bool:
		c.add(strconv.FormatBool(v.Bool()))
	default:
		c.any(v.Interface())
	}
}

// value returns the JSON of the n-th value.
func (c *column) value(n int) []byte {
	switch {
	case n == c.absent:
		return []byte("null")
	case c.texts:
		return marshal(string(c.values.At(n)))
	}
	return c.values.At(n)
}

func marshal(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // it is plain data
	}
	return data
}

// columns are the columns of all tables as sent to the page. Equal ones are stored once.
type columns struct {
	codes  []*series
	values []valued

	codesOf, columnOf map[[sha256.Size]byte]int // by their hashes
}

// A valued column is a column as sent to the page: its values, and the number of its codes.
type valued struct {
	*column
	codes int
}

func newColumns() *columns {
	return &columns{codesOf: make(map[[sha256.Size]byte]int), columnOf: make(map[[sha256.Size]byte]int)}
}

// add adds a column and returns its index.
func (all *columns) add(c *column) int {
	sum := c.codes.sum()
	codes, ok := all.codesOf[sum]
	if !ok {
		codes = len(all.codes)
		all.codesOf[sum] = codes
		all.codes = append(all.codes, &c.codes)
	}
	hash := sha256.New()
	fmt.Fprintln(hash, codes, c.absent)
	for n := range c.values.Len() {
		fmt.Fprintf(hash, "%s\n", c.value(n)) // this JSON has no line breaks
	}
	id := [sha256.Size]byte(hash.Sum(nil))
	at, ok := all.columnOf[id]
	if !ok {
		at = len(all.values)
		all.columnOf[id] = at
		all.values = append(all.values, valued{c, codes})
	}
	return at
}

// write writes the fields "codes" and "values" of the data.
//
//	"codes":[{"runs":[0,3,1,2]},{"each":[0,1,0,2,1]}],
//	"values":[{"v":["ums","icg"],"c":0},{"v":[null,"x","y"],"c":1,"a":0}],
func (all *columns) write(to *script) {
	to.json(`"codes":[`)
	for i, s := range all.codes {
		if i > 0 {
			to.json(",")
		}
		s.write(to)
	}
	to.json(`],"values":[`)
	for i, v := range all.values {
		if i > 0 {
			to.json(",")
		}
		to.json(`{"v":[`)
		for n := range v.column.values.Len() {
			if n > 0 {
				to.json(",")
			}
			to.json(string(v.value(n)))
		}
		to.json(`],"c":` + strconv.Itoa(v.codes))
		if v.absent >= 0 {
			to.json(`,"a":` + strconv.Itoa(v.absent))
		}
		to.json("}")
	}
	to.json("],")
}

// write writes codes in the shorter of two forms: by row, or as pairs of a code and the number of
// successive rows that have it.
func (s *series) write(to *script) {
	form := "each"
	if 2*s.runs < s.rows {
		form = "runs"
	}
	if s.rows == 0 {
		to.json("{}")
		return
	}
	to.json(`{"` + form + `":[`)
	first := true
	number := func(n uint64) {
		if !first {
			to.json(",")
		}
		first = false
		to.json(strconv.FormatUint(n, 10))
	}
	for code, times := range s.all() {
		if form == "runs" {
			number(uint64(code))
			number(uint64(times))
			continue
		}
		for range times {
			number(uint64(code))
		}
	}
	to.json("]}")
}
