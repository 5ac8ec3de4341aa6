package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLayers(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{"code", "layers/common"} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.FromSlash(folder)), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "special.zip"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for layers, want := range map[string]string{
		"[./layers/common, special.zip]":           "",
		"[./layers/comon]":                         `functions.ship.layers[0]: there is no folder "./layers/comon"`,
		"[special.zip, layers/common.zip]":         `functions.ship.layers[1]: there is no file "layers/common.zip"`,
		"layers/common":                            "functions.ship.layers: must be a list",
		"[code, code, code, code, code, code]":     "functions.ship.layers: 6 layers are over the limit of 5",
		`["arn:aws:lambda:us-east-1:1:layer:x:3"]`: "functions.ship.layers[0]: a layer of AWS is not fetched",
		`[""]`: "functions.ship.layers[0]: is empty",
	} {
		text := "functions:\n  ship: {runtime: python3.12, code: code, handler: app.handler, layers: " + layers + "}\n"
		file := filepath.Join(dir, "coldbrook.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(file)
		switch {
		case want == "" && (err != nil || len(c.Functions[0].Layers) != 2):
			t.Errorf("%s: got %v, %v, want two layers", layers, c.Functions, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: got %v, want it to say %q", layers, err, want)
		}
	}
}
