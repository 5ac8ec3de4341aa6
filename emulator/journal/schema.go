package journal

import (
	_ "embed"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// SchemaDescription tells what entries consist of, for whoever reads them as JSON.
type SchemaDescription struct {
	// Schema is the version that it describes.
	Schema int `json:"schema"`
	// Kinds are the values of the field kind, Outcomes those of outcome.
	Kinds    []DescribedKind  `json:"kinds"`
	Outcomes []string         `json:"outcomes"`
	Fields   []DescribedField `json:"fields"`
}

// DescribedKind is a kind of entries.
type DescribedKind struct {
	Name string `json:"name"`
	// Doc says which fields it sets beside seq, at and kind. It names them as Go does:
	// with a capital letter, those below measured as Measured.Took.
	Doc string `json:"doc"`
}

// DescribedField is a field of entries as JSON has it. A field that is zero is left out,
// except seq, at, kind and, where there is a topic, partition, first and last.
type DescribedField struct {
	// Name is its path: measured.took, each.offset.
	Name string `json:"name"`
	// Type is integer, string, object or array.
	Type string `json:"type"`
	Unit string `json:"unit,omitempty"`
	// Measured says that it is what this machine did; all else is modelled, and the same
	// in every run with the same seed and input.
	Measured bool   `json:"measured,omitempty"`
	Doc      string `json:"doc"`
}

// describedFields are the fields in the order of AppendJSON.
var describedFields = []DescribedField{
	{"seq", "integer", "", false, "number of the entry, from 1 on"},
	{"at", "integer", "ns", false, "world time since the start of the run"},
	{"kind", "string", "", false, "what the entry is about, one of the kinds"},
	{"function", "string", "", false, "name of the function"},
	{"mapping", "string", "", false, "the event source mapping, by its consumer group"},
	{"process", "string", "", false, "name of the process"},
	{"environment", "integer", "", false, "number of the execution environment, from 1 on"},
	{"invocation", "integer", "", false, "number of the invocation, from 1 on; a retry is a new one"},
	{"batch", "integer", "", false, "number of the batch, from 1 on; joins the entries of all attempts"},
	{"request", "integer", "", false, "number of the invocation that was asked for from outside, from 1 on"},
	{"attempt", "integer", "", false, "which invocation of the batch or request it is, from 1 on"},
	{"topic", "string", "", false, "topic of the records"},
	{"partition", "integer", "", false, "partition of the records"},
	{"first", "integer", "offset", false, "first offset of the range, inclusive"},
	{"last", "integer", "offset", false, "last offset of the range, inclusive"},
	{"revision", "integer", "", false, "revision of the function's code, from 2 on; left out for the first"},
	{"records", "integer", "records", false, "how many records there are in the range"},
	{"bytes", "integer", "bytes", false, "size of the records, or of the document made from them"},
	{"outcome", "string", "", false, "how it ended, one of the outcomes"},
	{"delay", "integer", "ns", false, "modelled delay: a back-off, a cold start"},
	{"duration", "integer", "ns", false, "how long an invocation took in the model"},
	{"init", "integer", "ns", false, "how long the init took that is billed with it"},
	{"billed", "integer", "ms", false, "what duration and init come to on the bill"},
	{"projected", "integer", "ns", false, "part of duration that was added for the share of a processor that the memory buys"},
	{"reason", "string", "", false, "the rule or the cause, in words"},
	{"text", "string", "", false, "what was printed, or the sentence of a note"},
	{"digest", "string", "16 hexadecimal digits", false, "sum over the payloads of the range, where the run looks at each record"},
	{"each", "array", "", false, "what is known of each record of the range, where the run looks at it"},
	{"each.offset", "integer", "offset", false, "its offset"},
	{"each.key", "string", "16 hexadecimal digits", false, "hash of its key; left out without one"},
	{"each.trace", "string", "16 hexadecimal digits", false, "hash of the trace that it carries; left out without one"},
	{"each.time", "integer", "ms", false, "its timestamp, Unix time"},
	{"each.origin", "integer", "", false, "index of the input in the batch that it was made from, where outputs are bound to them"},
	{"measured", "object", "", true, "what this machine did; differs from run to run"},
	{"measured.took", "integer", "ns", true, "how long it really took"},
	{"measured.cpu", "integer", "ns", true, "processor time of an invocation"},
	{"measured.memory", "integer", "bytes", true, "the most that the environment had resident until then"},
	{"measured.started", "integer", "ns", true, "when it really began, since the start of the run"},
	{"measured.address", "string", "", true, "loopback address that it happened on"},
	{"measured.client", "string", "", true, "Kafka client id that made the request"},
	{"measured.pid", "integer", "", true, "process id of an environment or process"},
	{"measured.seen", "integer", "ns", true, "of a reload: until the change was seen"},
	{"measured.build", "integer", "ns", true, "of a reload: the build"},
	{"measured.drain", "integer", "ns", true, "of a reload: the end of what the old revision left idle"},
	{"measured.init", "integer", "ns", true, "of a reload: the start of the first environment"},
}

//go:embed kind.go
var kindSource string

// DescribeSchema tells what entries consist of: that of this version.
func DescribeSchema() *SchemaDescription {
	d := &SchemaDescription{Schema: Schema, Fields: slices.Clone(describedFields)}
	for o := Outcome(1); o.Known(); o++ {
		d.Outcomes = append(d.Outcomes, o.String())
	}
	docs := kindDocs()
	for k := Kind(1); k.Known(); k++ {
		d.Kinds = append(d.Kinds, DescribedKind{Name: k.String(), Doc: docs[k]})
	}
	return d
}

// kindDocs returns the comments of the kinds, each at its number, from the source itself:
// they are written once.
func kindDocs() []string {
	file, err := parser.ParseFile(token.NewFileSet(), "kind.go", kindSource, parser.ParseComments)
	if err != nil {
		panic(err) // it was compiled
	}
	var docs []string
	for _, decl := range file.Decls {
		consts, ok := decl.(*ast.GenDecl)
		if !ok || consts.Tok != token.CONST || len(docs) > 0 {
			continue
		}
		doc := ""
		for _, spec := range consts.Specs {
			value := spec.(*ast.ValueSpec)
			if value.Doc != nil {
				doc = strings.Join(strings.Fields(value.Doc.Text()), " ")
			}
			_, said, found := strings.Cut(doc, ": ") // without the names
			if !found {
				_, said, _ = strings.Cut(doc, " ")
			}
			docs = append(docs, said)
		}
	}
	return docs
}
