package sam

import (
	"slices"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// Sections of a template (CloudFormation user guide, "template anatomy"), and what of them
// is only for a stack in a cloud: what it says of itself is left out without a word.
var (
	sections = []string{"AWSTemplateFormatVersion", "Transform", "Description", "Metadata", "Parameters", "Mappings", "Conditions",
		"Globals", "Resources", "Outputs", "Rules", "Hooks"}
	transforms = []string{"AWS::Serverless-2016-10-31", "AWS::LanguageExtensions"}
)

// sections says which sections, globals and macros do not count.
func (r *reader) sections() {
	for _, entry := range entriesOf(r.root) {
		back := r.about("", entry.Key)
		switch {
		case entry.Key == transform: // an include at the top
			r.say(plan.Dropped, entry.At, "is not read here", "write out what it makes")
		case !slices.Contains(sections, entry.Key):
			r.say(plan.Dropped, entry.At, "is not known here", didYouMean(entry.Key, sections))
		case entry.Key == "Hooks":
			r.say(plan.Dropped, entry.At, "means nothing on one machine", "")
		}
		back()
	}
	for _, entry := range entriesOf(r.root.Get("Globals")) {
		if entry.Key != "Function" {
			back := r.about("Globals", entry.Key)
			r.say(plan.Dropped, entry.At, "the emulator has functions and Kafka", "")
			back()
		}
	}
	r.macros(r.root.Get("Transform"))
}

func (r *reader) macros(n *tree.Node) {
	defer r.about("", "Transform")()
	if n.Is(tree.Text) && !slices.Contains(transforms, n.Scalar) {
		r.say(plan.Dropped, n.At, "the macro "+n.Scalar+" runs in the cloud only", "write out what it makes")
	}
	if n.Is(tree.List) {
		for _, item := range n.Items {
			if item.Is(tree.Text) {
				r.macros(item)
			}
		}
	}
}
