package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// ChangedError is returned by what Save hands out when the file was changed meanwhile.
type ChangedError struct{ Path string }

func (e *ChangedError) Error() string {
	return filepath.ToSlash(e.Path) + " was changed meanwhile, and nothing was written"
}

// Hint says what to do next.
func (e *ChangedError) Hint() string { return "look at the difference again" }

// EditError is a key that cannot be edited in the file without risk to the rest of it.
type EditError struct {
	// Path is the key, Line where it stands or would stand, from 1 on; 0 if that is not
	// known.
	Path string
	Line int
	// Reason is why not, and Write what to write there.
	Reason, Write string
}

func (e *EditError) Error() string {
	where := ""
	if e.Line > 0 {
		where = fmt.Sprintf(" in line %d", e.Line)
	}
	return fmt.Sprintf("%s cannot be saved%s: %s", e.Path, where, e.Reason)
}

// Hint says which line to write.
func (e *EditError) Hint() string { return e.Write }

// Save plans to write keys into a configuration file, or coldbrook.yaml in a folder. Each
// assignment is KEY=VALUE as Assign takes it, the value as it stands in the file; KEY=
// takes the key out. Comments, order, quotes and all else of the file stay as they are,
// byte for byte; a key that is new stands beside the others, with their indentation. A key
// that has the value already is left as it is written.
//
// diff is what changes, as diff -u has it, and "" if nothing does. apply writes it, at once
// or not at all, with the rights that the file had; through a symbolic link, to where that
// leads. It returns a *ChangedError if the file is not any more what diff was made from.
// What a change between that look and the write brings is lost; that takes less than a
// millisecond.
//
// Save returns the mistakes of the file or of the assignments, an *EditError for each key
// that it cannot edit without risk, joined, or what the system says. Nothing is written
// then. It reads the file only, and holds nothing open.
func Save(file string, assignments []string) (diff string, apply func() error, err error) {
	path, err := filepath.EvalSymlinks(PathOf(file))
	if err != nil {
		return "", nil, fmt.Errorf("save configuration: %w", err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", nil, fmt.Errorf("save configuration: %w", err)
	}
	d, err := edited(filepath.ToSlash(PathOf(file)), string(text), assignments)
	if err != nil {
		return "", nil, err
	}
	next := d.text()
	if next == string(text) {
		return "", func() error { return nil }, nil
	}
	return d.diff(filepath.Base(PathOf(file))), func() error { return replaceFile(path, string(text), next) }, nil
}

// edited carries out assignments on the text of a file.
func edited(name, text string, assignments []string) (*draft, error) {
	d, err := newDraft(text)
	if err != nil {
		return nil, fmt.Errorf("save configuration: %s %w", name, err)
	}
	said, err := Parse(name, []byte(text))
	if err != nil {
		return nil, err
	}
	wanted, errs := said, []error(nil)
	for _, a := range assignments {
		next, err := d.assign(wanted, a)
		if errs = append(errs, err); err == nil {
			wanted = next
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	got, err := Parse(name, []byte(d.text()))
	if err != nil {
		return nil, err
	}
	if !reflect.DeepEqual(got, wanted) {
		return nil, fmt.Errorf("save configuration: %s would not read back as it should, and nothing was written", name)
	}
	return d, nil
}

// assign makes one assignment in a draft, which reads as said, and returns what it reads
// as then. A draft that cannot be edited safely is left as it was.
func (d *draft) assign(said emulator.Config, assignment string) (emulator.Config, error) {
	key, value, found := strings.Cut(assignment, "=")
	if !found {
		return said, fmt.Errorf("%q is not KEY=VALUE, such as functions.ship.timeout=5s", assignment)
	}
	t, err := targetOf(&said, key)
	if err != nil {
		return said, err
	}
	value = strings.TrimSpace(value)
	wanted := t.cleared(said)
	if value != "" {
		if wanted, err = Assign(said, t.path+"="+value); err != nil {
			return said, err
		}
	}
	if reflect.DeepEqual(wanted, said) {
		return said, nil
	}
	before := append([]draftLine(nil), d.lines...)
	err = d.edit(t, value)
	if err == nil {
		// Whatever the edit did: only this key may be different.
		if got, mistakes := readDraft(d); mistakes || !reflect.DeepEqual(got, wanted) {
			err = t.cannot(0, "the file would not read back as it should", value)
		}
	}
	if err != nil {
		d.lines = before
		return said, err
	}
	return wanted, nil
}

// readDraft reads a draft without asking for its meaning, which may need several
// assignments.
func readDraft(d *draft) (c emulator.Config, mistakes bool) {
	r := newReader([]byte(d.text()))
	if root := r.document(); root != nil {
		r.file(&c, root)
	}
	return c, len(r.mistakes) > 0
}

// replaceFile puts another text in the place of a file that holds was.
func replaceFile(path, was, text string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("save configuration: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*~")
	if err != nil {
		return fmt.Errorf("save configuration: %w", err)
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Chmod(info.Mode().Perm()), f.Sync(), f.Close())
	if err == nil {
		var now []byte
		if now, err = os.ReadFile(path); err == nil && string(now) != was {
			err = &ChangedError{path}
		}
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err == nil {
		return nil
	}
	os.Remove(f.Name())
	if changed, ok := errors.AsType[*ChangedError](err); ok {
		return changed
	}
	return fmt.Errorf("save configuration: %w", err)
}
