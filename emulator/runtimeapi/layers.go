package runtimeapi

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// On AWS, the layers of a function are put into /opt one over the other, and its variables
// lead there. Here there is no /opt: the variables lead to the folders of the layers, the
// last one first, so that it wins.

// layerFolders are the folders of a kind in the layers, the one that wins first. Of several
// kinds, each layer's come in their order.
func (c *Config) layerFolders(kinds ...string) []string {
	var found []string
	for _, layer := range slices.Backward(c.Layers) {
		for _, kind := range kinds {
			if folder := filepath.Join(layer, filepath.FromSlash(kind)); isFolder(folder) {
				found = append(found, folder)
			}
		}
	}
	return found
}

// pythonFolders and nodeFolders are where a runtime looks for packages in layers (page
// packaging-layers), the release of which is 3.12, or 22.
func (c *Config) pythonFolders(release string) []string {
	return c.layerFolders("python/lib/python"+release+"/site-packages", "python")
}

func (c *Config) nodeFolders(release string) []string {
	return c.layerFolders("nodejs/node"+release+"/node_modules", "nodejs/node_modules")
}

// layerVariables are the variables of the layers: before those of the user, whose NODE_PATH
// takes the place of ours, as on AWS.
func (c *Config) layerVariables() []string {
	var vars []string
	if node := nodeRuntime.FindStringSubmatch(c.Runtime); node != nil {
		vars = appendPaths(vars, "NODE_PATH", c.nodeFolders(node[1]))
	}
	// They come last in these, as on AWS.
	vars = appendPaths(vars, "PATH", behind(os.Getenv("PATH"), c.layerFolders("bin")))
	return appendPaths(vars, "LD_LIBRARY_PATH", behind(os.Getenv("LD_LIBRARY_PATH"), c.layerFolders("lib")))
}

// pythonPath is the variable that has Python look into layers: behind what the user's says.
func (c *Config) pythonPath() []string {
	python := pythonRuntime.FindStringSubmatch(c.Runtime)
	if python == nil {
		return nil
	}
	own := ""
	for _, variable := range c.Env {
		if value, ok := strings.CutPrefix(variable, "PYTHONPATH="); ok {
			own = value
		}
	}
	return appendPaths(nil, "PYTHONPATH", behind(own, c.pythonFolders(python[1])))
}

// behind puts folders behind a list of some; none stay none.
func behind(list string, folders []string) []string {
	if list == "" || len(folders) == 0 {
		return folders
	}
	return append([]string{list}, folders...)
}

func appendPaths(vars []string, key string, folders []string) []string {
	if len(folders) == 0 {
		return vars
	}
	return append(vars, key+"="+strings.Join(folders, string(os.PathListSeparator)))
}

// layerWarnings say what of layers is not emulated.
func (c *Config) layerWarnings() []string {
	if len(c.layerFolders("extensions")) == 0 {
		return nil
	}
	return []string{"the extensions of its layers are not started"}
}
