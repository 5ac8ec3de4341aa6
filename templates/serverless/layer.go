package serverless

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// layers reads the layers of a function: those of its own, or else the provider's.
func (r *reading) layers() {
	node := r.setting(r.entry, "layers")
	if node == nil || node.Kind == tree.Null {
		return
	}
	if l := r.lack(node); l != nil {
		r.add(l.verdict, node.At, "layers", l.why+": left out", l.advice)
		return
	}
	items := []*tree.Node{node}
	if node.Is(tree.List) {
		items = node.Items
	}
	var elsewhere []string
	for _, item := range items {
		if folder, ok := r.layer(item); folder != "" {
			r.out.Layers = append(r.out.Layers, folder)
		} else if !ok {
			elsewhere = append(elsewhere, short(scalarOf(r.plain(item))))
		}
	}
	if len(elsewhere) > 0 {
		r.add(plan.Dropped, node.At, "layers", strings.Join(elsewhere, ", ")+": in the cloud only", "install what it holds, or name a folder of it as layers: in coldbrook.yaml")
	}
}

// layer is the folder of a layer of the file; ok is false for one that is not of the file.
func (r *reading) layer(item *tree.Node) (folder string, ok bool) {
	name, argument := intrinsic(r.value(item))
	if name != "Ref" {
		return "", false
	}
	id := scalarOf(r.value(argument))
	// serverless-python-requirements makes this one of the requirements.
	if id == "PythonRequirementsLambdaLayer" {
		return "", true
	}
	layers := r.get(r.root, "layers")
	if !layers.Is(tree.Map) {
		return "", false
	}
	for _, e := range layers.Entries {
		if logicalID(e.Key, "LambdaLayer") != id {
			continue
		}
		at := scalarOf(r.get(e.Value, "path"))
		if at == "" {
			at = strings.TrimSuffix(scalarOf(r.get(e.Value, "package", "artifact")), ".zip")
		}
		if at == "" || !r.exists(at) {
			r.plan.Add(plan.Wrong, e.At, r.key, "layers."+e.Key, fmt.Sprintf("there is no folder %s: the layer is left out", filepath.ToSlash(filepath.Join(r.dir, at))), "")
			return "", true
		}
		return path.Clean(filepath.ToSlash(at)), true
	}
	return "", false
}
