package emulator

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/reload"
)

// maxLayers is how many layers a function may have (page gettingstarted-limits).
const maxLayers = 5

// isArchive reports whether a layer is an archive, not a folder.
func isArchive(layer string) bool { return strings.EqualFold(filepath.Ext(layer), ".zip") }

// layers are the folders of the layers of a function, in their order. Archives are unpacked.
func (e *Emulator) layers(f *Function) ([]string, error) {
	var folders []string
	for _, layer := range f.Layers {
		folder, err := filepath.Abs(e.path(layer))
		if err == nil && isArchive(layer) {
			folder, err = reload.Unzip(folder, e.path(filepath.Join(".coldbrook", "layers")))
		}
		if err != nil {
			return nil, fmt.Errorf("layer: %w", err)
		}
		if folder, err = filepath.Abs(folder); err != nil {
			return nil, fmt.Errorf("layer: %w", err)
		}
		folders = append(folders, folder)
	}
	return folders, nil
}

// layerRoots are what is watched of the layers of a function.
func (r *reloader) layerRoots(owner string, f *watched) (roots []reload.Root, files []string) {
	for _, layer := range f.Layers {
		if isArchive(layer) {
			files = append(files, r.e.path(layer))
			continue
		}
		root := r.root(owner, layer, &Watch{Include: packagesIn(r.e.path(layer))})
		root.Exclude = append(root.Exclude, excludedByOwn(root.Dir, r.e.path(f.Code), f.Watch.Exclude)...)
		roots = append(roots, root)
	}
	return roots, files
}

// packagesIn are the folders of a layer that hold packages, as patterns. In a layer these are
// code, though in the folder of a function they are not looked at.
func packagesIn(layer string) []string {
	var patterns []string
	for _, pattern := range []string{"nodejs/node_modules", "nodejs/node*/node_modules", "python/lib/python*/site-packages"} {
		found, err := filepath.Glob(filepath.Join(layer, filepath.FromSlash(pattern)))
		if err != nil {
			return nil // a name that cannot be part of a pattern
		}
		for _, folder := range found {
			if rel, err := filepath.Rel(layer, folder); err == nil {
				patterns = append(patterns, filepath.ToSlash(rel)+"/**")
			}
		}
	}
	return patterns
}

// excludedByOwn are the patterns of a function, which count from its code, for another folder.
func excludedByOwn(dir, code string, patterns []string) []string {
	from, err := filepath.Abs(code)
	to, errTo := filepath.Abs(dir)
	if err != nil || errTo != nil {
		return nil // there is no working directory
	}
	var moved []string
	for _, p := range patterns {
		moved = append(moved, reload.MovePattern(p, from, to))
	}
	return moved
}

// layers checks how many layers a function has, and that something can use them.
func (v *validation) layers(path string, f *Function) {
	at := Path(path, "layers")
	if len(f.Layers) > maxLayers {
		v.add(at, "", fmt.Sprintf("%d layers are over the limit of %d", len(f.Layers), maxLayers), "put what belongs together into one folder")
	}
	for i, layer := range f.Layers {
		switch place := fmt.Sprintf("%s[%d]", at, i); {
		case strings.TrimSpace(layer) == "":
			v.add(place, layer, "the name of the layer is empty", "give a folder or a .zip, as in ./layers/common")
		case strings.HasPrefix(layer, "arn:"):
			v.add(place, layer, "a layer of AWS is not fetched", "download it, and give the folder or the .zip, as in ./layers/common.zip")
		}
	}
}
