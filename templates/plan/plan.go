// Package plan is what is taken over from a file of another tool: a configuration of the
// emulator, and for everything in the file whether it counts, was left out, or is missing
// something.
//
// It knows nothing of the formats; sam and serverless fill a Plan, and templates writes it
// as coldbrook.yaml. It starts no goroutine, and a Plan belongs to who fills it.
package plan

import (
	"cmp"
	"slices"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// Options say what the file leaves open.
type Options struct {
	// Parameters are values for the parameters of a template (--parameter NAME=VALUE), and
	// for ${opt:} and ${param:} of the Serverless Framework.
	Parameters map[string]string
	// Stage is the Serverless Framework's --stage; empty means what the file says, or dev.
	Stage string
	// Region is what AWS::Region and ${aws:region} stand for; empty means what the file
	// says, or us-east-1.
	Region string
	// Getenv looks up ${env:NAME}; nil finds nothing.
	Getenv func(name string) (string, bool)
}

// Plan is what was made of a file.
type Plan struct {
	// Format names the kind of file: "AWS SAM template".
	Format string
	// Config is the configuration; its paths are relative to Config.Dir, the folder of the
	// file, and have slashes. It need not be valid: whoever uses it validates it.
	Config emulator.Config
	// Files are all that were read, the first the one that was asked for: a change of one
	// may change the plan.
	Files []string
	// Findings are in the order in which they were made; Sort them to print them.
	Findings []Finding
	// Comments stand above a value of coldbrook.yaml, by its path (emulator.Path): where a
	// value is a guess or must be given.
	Comments map[string]string
}

// Verdict is what became of a part of the file.
type Verdict uint8

// The verdicts, from good to bad.
const (
	// Taken: it counts as it is written.
	Taken Verdict = iota
	// Changed: it counts, but not as it is written: approximated, or under another name.
	Changed
	// Dropped: the emulator has no such thing, or it means nothing on one machine.
	Dropped
	// NeedsValue: something must be given, by hand or by --parameter, and stands for the
	// time being as Text says.
	NeedsValue
	// Wrong: the file is wrong there; what depends on it is left out.
	Wrong
)

// String is the verdict as the table prints it.
func (v Verdict) String() string {
	return [...]string{"taken", "changed", "dropped", "needs a value", "wrong"}[v]
}

// Finding says what became of one part of the file.
type Finding struct {
	Verdict Verdict
	// At is where it stands.
	At tree.Place
	// Resource is whose it is: the logical ID or the name of a function; "" for the file.
	Resource string
	// Key is what of it: VpcConfig, Events.Orders.BatchSize.
	Key string
	// Text says what was made of it, or why nothing was, in one short sentence that names
	// values; Advice what to do, "" if there is nothing.
	Text, Advice string
}

// Add keeps a finding.
func (p *Plan) Add(v Verdict, at tree.Place, resource, key, text, advice string) {
	p.Findings = append(p.Findings, Finding{Verdict: v, At: at, Resource: resource, Key: key, Text: text, Advice: advice})
}

// Comment puts a sentence above a value of coldbrook.yaml.
func (p *Plan) Comment(path, text string) {
	if p.Comments == nil {
		p.Comments = map[string]string{}
	}
	p.Comments[path] = text
}

// Read notes that a file was read.
func (p *Plan) Read(file string) {
	if !slices.Contains(p.Files, file) {
		p.Files = append(p.Files, file)
	}
}

// Count is how many findings have a verdict.
func (p *Plan) Count(v Verdict) int {
	n := 0
	for i := range p.Findings {
		if p.Findings[i].Verdict == v {
			n++
		}
	}
	return n
}

// Sorted returns the findings by file, line and column; those of one place as they were made.
func (p *Plan) Sorted() []Finding {
	sorted := slices.Clone(p.Findings)
	slices.SortStableFunc(sorted, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.At.File, b.At.File), cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Column, b.At.Column))
	})
	return sorted
}
