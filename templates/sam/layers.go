package sam

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// layers reads the layers of a function that are folders of the project.
func (r *reader) layers(f *function, v *tree.Node) {
	list := r.values.shallow(v)
	if !list.Is(tree.List) {
		if !r.values.isBroken(list) && list != nil {
			r.say(plan.Wrong, v.At, "is not a list of layers", "")
		}
		return
	}
	for _, item := range list.Items {
		id := referred(item)
		if resource := r.values.resources[id]; resource != nil && strings.HasSuffix(typeOf(resource), "::LayerVersion") {
			r.layer(f, item, id, resource)
			continue
		}
		if value := r.values.value(item); value.IsScalar() {
			r.say(plan.Dropped, value.At, fmt.Sprintf("the layer %s is only in the cloud", value.Scalar), "give the folder with what is in it in layers: of coldbrook.yaml if the code needs it")
		}
	}
	f.from("layers", v, "Layers", func() { f.config.Layers = nil })
}

func (r *reader) layer(f *function, at *tree.Node, id string, resource *tree.Node) {
	given := resource.Get("Properties", "ContentUri").Or(resource.Get("Properties", "Content"))
	content := r.values.value(given)
	if asset := resource.Get("Metadata").Get("aws:asset:path"); asset.Is(tree.Text) { // of the CDK
		content = asset
	}
	_, isOpen := r.values.isOpen(content)
	if !content.IsScalar() || isOpen || strings.Contains(content.Scalar, "://") {
		r.say(plan.Dropped, at.At, fmt.Sprintf("the content of layer %s is only in the cloud", id), "")
		return
	}
	folder := path.Clean(filepath.ToSlash(content.Scalar))
	info, err := os.Stat(r.local(folder))
	if err != nil || !info.IsDir() && path.Ext(folder) != ".zip" {
		r.say(plan.Wrong, content.At, fmt.Sprintf("there is no folder %s: layer %s is left out", folder, id), "")
		return
	}
	if method := resource.Get("Metadata").Get("BuildMethod"); method != nil {
		r.say(plan.Changed, method.At, fmt.Sprintf("layer %s is not built: folder %s is taken as it is for /opt", id, folder), "")
	}
	f.config.Layers = append(f.config.Layers, folder)
}
