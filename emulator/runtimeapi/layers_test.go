package runtimeapi

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// common and special are two layers that both have words; special wins.
func layersOf(t *testing.T, files map[string]string) []string {
	dir := project(t, files)
	return []string{filepath.Join(dir, "common"), filepath.Join(dir, "special")}
}

func TestNodeFindsPackagesInLayers(t *testing.T) {
	layers := layersOf(t, map[string]string{
		"common/nodejs/node_modules/words/index.js":       "module.exports = 'common'",
		"common/nodejs/node_modules/only/index.js":        "module.exports = 'only'",
		"common/nodejs/node22/node_modules/only/index.js": "module.exports = 'only 22'",
		"common/nodejs/node18/node_modules/only/index.js": "module.exports = 'only 18'",
		"special/nodejs/node_modules/words/index.js":      "module.exports = 'special'",
		"special/nodejs/node_modules/own/index.js":        "module.exports = 'layer'",
		"special/extensions/logs":                         "",
		"common/bin/tool":                                 "#!/bin/sh\necho tooled\n",
		"common/lib/libx.so":                              "",
	})
	dir := project(t, map[string]string{
		"index.js":                  "exports.handler = async () => [require('words'), require('only'), require('own'), process.env.PATH.endsWith('common/bin'), process.env.LD_LIBRARY_PATH.endsWith('common/lib')]",
		"node_modules/own/index.js": "module.exports = 'its own'",
	})
	need(t, "node")
	skipOnWindows(t)
	c := Config{FunctionName: "ship", Runtime: "nodejs22.x", Code: dir, Handler: "index.handler", Layers: layers}
	if got, want := launch(t, c).succeeds(`{}`), `["special","only 22","its own",true,true]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := strings.Join(launcher(t, c).Warnings(), "\n"); !strings.Contains(got, "the extensions of its layers are not started") {
		t.Errorf("got warnings %q, want one about extensions", got)
	}
	c.Env = []string{"NODE_PATH=" + filepath.Join(layers[0], "nodejs", "node_modules")}
	_, err := tryLaunch(t, Config{FunctionName: "ship", Runtime: "nodejs22.x", Code: project(t, map[string]string{"index.js": "require('own')"}), Handler: "index.handler", Layers: layers, Env: c.Env}, &transcript{})
	wantInitFailure(t, err, "Runtime.ImportModuleError", "Cannot find module 'own'")
}

func TestPythonFindsPackagesInLayers(t *testing.T) {
	need(t, "python3")
	out, err := exec.Command("python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])").Output()
	if err != nil {
		t.Skip(err)
	}
	release := strings.TrimSpace(string(out))
	layers := layersOf(t, map[string]string{
		"common/python/words.py": "word = 'common'",
		"common/python/own.py":   "word = 'layer'",
		"common/python/lib/python" + release + "/site-packages/only.py": "word = 'only'",
		"special/python/words.py": "word = 'special'",
	})
	dir := project(t, map[string]string{
		"app.py": "import words, only, own, user\ndef handler(event, context):\n    return [words.word, only.word, own.word, user.word]",
		"own.py": "word = 'its own'", "more/user.py": "word = 'user'", "more/only.py": "word = 'of the user'",
		"requirements.txt": "words\nonly\n",
	})
	c := Config{FunctionName: "ship", Runtime: "python" + release, Code: dir, Handler: "app.handler", Layers: layers, Env: []string{"PYTHONPATH=" + filepath.Join(dir, "more")}}
	if got, want := launch(t, c).succeeds(`{}`), `["special", "of the user", "its own", "user"]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	checkWarning(t, launcher(t, c).Warnings(), "")
}

func TestBootstrapOfALayer(t *testing.T) {
	skipOnWindows(t)
	layers := layersOf(t, map[string]string{"common/bootstrap": "#!/bin/sh\n", "special/bin/x": ""})
	l := launcher(t, Config{FunctionName: "ship", Runtime: "provided.al2023", Code: t.TempDir(), Layers: layers})
	if want := filepath.Join(layers[0], "bootstrap"); l.program.path != want {
		t.Errorf("got %s, want %s", l.program.path, want)
	}
}
