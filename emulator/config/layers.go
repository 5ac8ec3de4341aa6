package config

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// layers reads the folders and archives of the layers of a function.
func (r *reader) layers(path string, n ast.Node) []string {
	var layers []string
	r.list(path, n, func(p string, element ast.Node) {
		var layer string
		r.text(&layer)(p, element)
		layers = append(layers, layer)
	})
	return layers
}

// layersExist checks that the folders and archives of the layers of a function exist.
func (r *reader) layersExist(dir, function string, layers []string) {
	for i, layer := range layers {
		path := fmt.Sprintf("%s[%d]", emulator.Path(emulator.Path("functions", function), "layers"), i)
		if strings.HasPrefix(layer, "arn:") {
			continue // that is said already
		}
		r.exists(dir, path, layer, !strings.HasSuffix(strings.ToLower(layer), ".zip"))
	}
}
