package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/emulator/config"
)

// project writes a configuration file, unless yaml is empty, and makes empty
// files and, where a name ends in a slash, folders. It returns the folder.
func project(t *testing.T, yaml string, others ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range others {
		full := filepath.Join(dir, name)
		var err error
		if strings.HasSuffix(name, "/") {
			err = os.Mkdir(full, 0o777)
		} else {
			err = os.WriteFile(full, nil, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if yaml != "" {
		if err := os.WriteFile(filepath.Join(dir, config.FileName), []byte(yaml), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLoadAFolderOrAFile(t *testing.T) {
	dir := project(t, read(t, "auction.yaml"), "validate-item/", ".env")
	for _, path := range []string{dir, filepath.Join(dir, config.FileName)} {
		c, err := config.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		if c.Dir != dir || len(c.Functions) != 1 || c.Functions[0].Code != "./validate-item" {
			t.Errorf("Load(%q): got %+v", path, c)
		}
	}
}

func TestLoadChecksPaths(t *testing.T) {
	dir := project(t, `functions:
  a: {runtime: provided.al2023, code: ./shp, envFile: ship}
  b: {runtime: provided.al2023, code: settings.env, envFile: nowhere/.env}
  c: {runtime: provided.al2023, code: [ship]}
processes:
  p: {command: x, dir: nowhere}
`, "ship/", "settings.env")
	_, err := config.Load(dir)
	if err == nil {
		t.Fatal("got no error")
	}
	const hint = "; paths are relative to the folder of the configuration"
	want := []string{
		`2:39: functions.a.code: there is no folder "./shp"; did you mean "ship"?`,
		`2:55: functions.a.envFile: "ship" is a folder, not a file`,
		`3:39: functions.b.code: "settings.env" is a file, not a folder`,
		`3:62: functions.b.envFile: there is no file "nowhere/.env"` + hint,
		`4:39: functions.c.code: must be a text, not a list`,
		`6:24: processes.p.dir: there is no folder "nowhere"` + hint,
	}
	if got := firstLines(err); !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
	if !strings.HasPrefix(err.Error(), filepath.ToSlash(filepath.Join(dir, config.FileName))+":2:39: ") {
		t.Errorf("the mistakes do not begin with the file: %q", err)
	}
}

func TestLoadWithoutAFile(t *testing.T) {
	const begin = "coldbrook init writes a small working project"
	empty := project(t, "")
	for name, c := range map[string]struct{ path, looked, hint string }{
		"folder":       {empty, filepath.Join(empty, config.FileName), begin},
		"no folder":    {filepath.Join(empty, "nowhere"), filepath.Join(empty, "nowhere", config.FileName), begin},
		"file":         {filepath.Join(empty, "other.yaml"), filepath.Join(empty, "other.yaml"), begin},
		"another name": {project(t, "", "coldbrook.yml"), "", "coldbrook.yml is there: rename it to coldbrook.yaml"},
	} {
		_, err := config.Load(c.path)
		m, ok := errors.AsType[*config.MissingError](err)
		if !ok || m.Hint() != c.hint || c.looked != "" && m.Path != c.looked {
			t.Errorf("%s: got %v, want a MissingError for %q with hint %q", name, err, c.looked, c.hint)
		}
		if ok && !strings.HasPrefix(err.Error(), "read configuration: there is no ") {
			t.Errorf("%s: got %q", name, err)
		}
	}
}

func TestLoadRefusesWhatIsNoFile(t *testing.T) {
	large := project(t, strings.Repeat("#", 300_000))
	if _, err := config.Load(large); err == nil || !strings.Contains(err.Error(), "300000 bytes are over the limit of 262144") {
		t.Errorf("large file: got %v", err)
	}
	folder := project(t, "", config.FileName+"/")
	if _, err := config.Load(folder); err == nil || !strings.Contains(err.Error(), "is not a file") {
		t.Errorf("folder named as the file: got %v", err)
	}
}
