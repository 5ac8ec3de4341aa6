package house

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// roomOf returns the room that the folder dir belongs to, "" for none. A
// folder inside a room's folder belongs to that room.
func roomOf(t table, dir string) string {
	switch top, _, _ := strings.Cut(dir, "/"); top {
	case "cmd", "cases", "fixtures", "interop":
		return top
	case "tui":
		if inside(dir, "tui/tuitest") {
			return "tuitest"
		}
		return top
	case "templates": // its folders are rooms of their own
		if _, room, found := strings.Cut(dir, "/"); found {
			return room
		}
		return top
	case "examples":
		if inside(dir, usersModule) {
			return usersModule
		}
		return top
	case "internal":
		if dir == "internal/house" {
			return "house"
		}
		return ""
	}
	inside, ok := strings.CutPrefix(dir+"/", "emulator/")
	if !ok {
		return ""
	}
	best := ""
	for _, room := range t.rooms() {
		if strings.HasPrefix(inside, room+"/") && len(room) > len(best) {
			best = room
		}
	}
	if best == "" && inside == "" {
		return "emulator"
	}
	return best
}

// usersModule is the example that is a module of its own and uses the Go API.
const usersModule = "examples/testing"

// ownModules are the folders that are modules of their own, with the path from
// there to this one.
var ownModules = map[string]string{usersModule: "../..", "interop": "../"}

// imports returns the paths that s imports.
func (s *source) imports() []string {
	var paths []string
	for _, spec := range s.ast.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}

// checkImports reports imports of sources that the table does not allow.
// Tests may import what they like, except that nothing imports cmd, and that
// those of the user's module show what a user imports.
func checkImports(t table, sources []*source) []string {
	var complaints []string
	for _, s := range sources {
		from := roomOf(t, s.dir())
		if from == "" {
			continue // checkRooms speaks about it
		}
		for _, imported := range s.imports() {
			dir, ours := strings.CutPrefix(imported, modulePath)
			if !ours || (dir != "" && dir[0] != '/') {
				continue
			}
			to := roomOf(t, strings.TrimPrefix(dir, "/"))
			if to == from || (s.test() && to != "cmd" && from != usersModule) || slices.Contains(t.may[from], to) {
				continue
			}
			complaints = append(complaints, fmt.Sprintf("%s: %s must not import %s. Instead: %s. (ARCHITECTURE.md, section 4)",
				s.path, from, imported, instead(from, to)))
		}
	}
	return complaints
}

// instead says what to do in place of an import of room to by room from.
func instead(from, to string) string {
	switch {
	case to == "cmd":
		return "nothing imports cmd: move what is shared into the room it is about"
	case to == "emulatortest":
		return "only tests use emulatortest: move the code into a _test.go file"
	case from == "platform":
		return "the machine is pure: hand the fact over as an input of Step, and answer with an action that the conductor carries out"
	case from == "tui":
		return "declare the few methods it needs as an interface in tui, and let cmd pass the value in"
	case from == usersModule:
		return "a user has packages emulator and emulatortest: what is missing there belongs there"
	case from == "examples":
		return "an example is a user's project: it has a Kafka address and its handlers, nothing of ours"
	case to == "emulator":
		return "emulator joins the rooms and is known by none of them: declare an interface of one or two methods in " + from + ", which emulator implements"
	case to == "platform":
		return "rules are decided in platform and reach " + from + " as orders from the conductor: take the plain values as arguments"
	case to == "broker":
		return "take a Kafka address or a *kgo.Client as an argument: records are *kgo.Record everywhere, and no room but emulator knows the broker"
	case to == "eventsource" || to == "function" || to == "runtimeapi":
		return "rooms do not call each other sideways: let emulator hand the value over, through a func or an interface that " + from + " declares"
	}
	return "take what is needed as an argument, or declare an interface in " + from + " and let emulator join the two; if the table is wrong, change it in ARCHITECTURE.md with the reason"
}

// checkRooms reports folders that belong to no room, rooms that are gone, and
// rooms that are said to come later and are there.
func checkRooms(t table, sources []*source) []string {
	var complaints []string
	built := map[string]bool{}
	var homeless []string
	for _, s := range sources {
		room := roomOf(t, s.dir())
		built[room] = true
		if room == "" && !slices.Contains(homeless, s.dir()) {
			homeless = append(homeless, s.dir())
		}
	}
	for _, dir := range homeless {
		complaints = append(complaints, fmt.Sprintf("folder %q is in no room. Instead: put the code into the room it is about, or give it a line in section 4 of ARCHITECTURE.md", dir))
	}
	for _, room := range t.rooms() {
		switch later := slices.Contains(t.later, room); {
		case built[room] && later:
			complaints = append(complaints, fmt.Sprintf("room %q is built. Take it out of the line \"later:\" in section 4 of ARCHITECTURE.md", room))
		case !built[room] && !later:
			complaints = append(complaints, fmt.Sprintf("room %q is in section 4 of ARCHITECTURE.md and has no Go file: rename or remove its line there", room))
		}
	}
	return complaints
}

// badNames are folders named after a layer instead of a subject.
var badNames = []string{"pkg", "src", "util", "utils", "common", "types", "helpers", "misc"}

// checkFolders reports Go files in the root and folders with names that say
// nothing.
func checkFolders(sources []*source) []string {
	var complaints []string
	for _, s := range sources {
		if s.dir() == "." {
			complaints = append(complaints, s.path+": no Go files in the root. Instead: put it into the room it is about")
		}
		for part := range strings.SplitSeq(s.dir(), "/") {
			if slices.Contains(badNames, part) {
				complaints = append(complaints, fmt.Sprintf("%s: folder %q says nothing. Instead: name it after its subject", s.path, part))
			}
		}
	}
	return complaints
}

// theTable reads the table from ARCHITECTURE.md.
func theTable(t *testing.T) table {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	tab, err := parseTable(string(text))
	if err != nil {
		t.Fatalf("ARCHITECTURE.md: %v", err)
	}
	return tab
}

func TestImportsFollowTheTable(t *testing.T) { report(t, checkImports(theTable(t), theSources(t))) }
func TestEveryFolderIsInARoom(t *testing.T)  { report(t, checkRooms(theTable(t), theSources(t))) }
func TestFoldersAreNamedAfterSubjects(t *testing.T) {
	report(t, checkFolders(theSources(t)))
}

// importing is a made-up file at name that imports a folder of ours.
func importing(t *testing.T, name, folder string) *source {
	t.Helper()
	return made(t, name, fmt.Sprintf("package p\n\nimport _ %q\n", modulePath+"/"+folder))
}

func TestImportControls(t *testing.T) {
	tab := theTable(t)
	for _, c := range []struct{ file, folder, say string }{
		{"tui/tui.go", "emulator/broker", "interface in tui"},
		{"tui/tui.go", "emulator", "interface in tui"},
		{"emulator/platform/p.go", "emulator/broker", "the machine is pure"},
		{"emulator/function/f_windows.go", "emulator", "interface of one or two methods in function"},
		{"emulator/internal/world/w.go", "emulator/journal", "as an argument"},
		{"emulator/broker/sub/s.go", "emulator/platform", "orders from the conductor"},
		{"emulator/reload/r.go", "cmd/coldbrook", "nothing imports cmd"},
		{"emulator/reload/r_test.go", "cmd/coldbrook", "nothing imports cmd"},
		{"cmd/coldbrook/main.go", "emulator/emulatortest", "_test.go"},
		{"examples/auction/settle/main.go", "emulator/journal", "user's project"},
		{"examples/testingx/x.go", "emulator", "user's project"},
		{"examples/testing/bids_test.go", "emulator/journal", "what is missing there"},
		{"emulator/report/r.go", "emulator/function", "sideways"},
	} {
		t.Run(c.file+" "+c.folder, func(t *testing.T) {
			wantComplaint(t, checkImports(tab, []*source{importing(t, c.file, c.folder)}), c.file, c.folder, c.say)
		})
	}
	for _, c := range [][2]string{
		{"cmd/coldbrook/main.go", "emulator"}, {"emulator/emulator.go", "emulator/internal/world"},
		{"emulator/broker/gate/g.go", "emulator/broker"}, {"emulator/reload/r_test.go", "emulator/broker"},
		{"examples/testing/bids_test.go", "emulator/emulatortest"}, {"examples/testing/sub/s_test.go", "emulator"},
	} {
		wantNone(t, checkImports(tab, []*source{importing(t, c[0], c[1])}))
	}
}

func TestRoomControls(t *testing.T) {
	tab, err := parseTable(tableText("cmd, journal, tui -> nothing of ours", "later: tui"))
	if err != nil {
		t.Fatal(err)
	}
	main, journal := made(t, "cmd/coldbrook/main.go", "package main"), made(t, "emulator/journal/j.go", "package journal")
	wantNone(t, checkRooms(tab, []*source{main, journal}))
	wantComplaint(t, checkRooms(tab, []*source{main}), `"journal"`, "no Go file")
	wantComplaint(t, checkRooms(tab, []*source{main, journal, made(t, "tui/t.go", "package tui")}), `"tui" is built`)
	wantComplaint(t, checkRooms(tab, []*source{main, journal, made(t, "emulator/junk/j.go", "package junk")}), `"emulator/junk"`)
	wantComplaint(t, checkFolders([]*source{made(t, "main.go", "package main")}), "root")
	wantComplaint(t, checkFolders([]*source{made(t, "emulator/util/u.go", "package util")}), `"util"`)
}
