package house

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// reserved says which rooms may import a package that is not ours, tests
// aside, and what the others do instead. The longest path that fits counts.
var reserved = []struct {
	path    string
	rooms   []string
	instead string
}{
	{"github.com/twmb/franz-go/pkg/kfake", []string{"broker"},
		"start a broker.Broker, or take a Kafka address: kfake crashes on frames that the gate of package broker refuses"},
	{"github.com/twmb/franz-go", []string{"emulator", "broker", "eventsource", "kafkaevent", "runtimeapi", "function", "control", "cmd", "fixtures", "journalfile", "emulatortest", "cases", "examples"},
		"this room sees the metadata of records only, or none of them: take plain values"},
	{"github.com/goccy/go-yaml", []string{"config", "tree"},
		"coldbrook.yaml is read by package config, which knows lines and columns: take the emulator.Config"},
	{"github.com/spf13/cobra", []string{"cmd"}, "flags and help belong to cmd: take plain values"},
	{"charm.land", []string{"cmd", "tui", "tuitest"}, "colour and layout belong to cmd and tui: return values or plain text"},
	{"github.com/aws/aws-lambda-go", []string{"examples", usersModule, "emulatortest", "interop"},
		"it is what handlers are written with, and the yardstick of tests: event documents are made by package kafkaevent"},
	{"github.com/fsnotify/fsnotify", []string{"reload"}, "its events are half of a save, or twice one: take the reload.Change of a reload.Watcher"},
	{"pgregory.net/rapid", nil, "it is for tests: move the code into a _test.go file"},
	{"github.com/rogpeppe/go-internal", nil, "it is for tests: move the code into a _test.go file"},
	{"testing", []string{"emulatortest", "tuitest", "cases"}, "it is for tests: move the code into a _test.go file"},
	{"unsafe", []string{"process"}, "only the system calls of package process need it"},
	{"hash/maphash", nil, "its values differ from run to run: use hash/fnv, or the key hash of package platform"},
}

// banned must not be imported anywhere, tests included.
var banned = []struct{ path, instead string }{
	{"github.com/stretchr/testify", "use plain testing: if got != want { t.Errorf(\"got %v, want %v\", got, want) }"},
	{"github.com/golang/mock", "no mock library: kfake is the fake broker, and an in-process function the fake handler"},
	{"go.uber.org/mock", "no mock library: kfake is the fake broker, and an in-process function the fake handler"},
	{"github.com/pkg/errors", "use fmt.Errorf with %w, errors.Is and errors.AsType"},
	{"io/ioutil", "use io and os"},
}

// inside reports whether the import path p is that of parent or below it.
func inside(p, parent string) bool { return p == parent || strings.HasPrefix(p, parent+"/") }

// checkExternal reports imports of packages that are not ours and are reserved
// for other rooms, or banned.
func checkExternal(t table, sources []*source) []string {
	var complaints []string
	for _, s := range sources {
		room := roomOf(t, s.dir())
		for _, p := range s.imports() {
			for _, b := range banned {
				if inside(p, b.path) {
					complaints = append(complaints, fmt.Sprintf("%s: nobody imports %s. Instead: %s", s.path, p, b.instead))
				}
			}
			for _, r := range reserved {
				if s.test() || !inside(p, r.path) {
					continue
				}
				if !slices.Contains(r.rooms, room) {
					complaints = append(complaints, fmt.Sprintf("%s: %s must not import %s. Instead: %s", s.path, room, p, r.instead))
				}
				break
			}
		}
	}
	return complaints
}

func TestForeignPackagesHaveTheirRooms(t *testing.T) {
	report(t, checkExternal(theTable(t), theSources(t)))
}

func TestForeignPackageControls(t *testing.T) {
	tab := theTable(t)
	check := func(file, p string) []string {
		return checkExternal(tab, []*source{made(t, file, fmt.Sprintf("package p\n\nimport _ %q\n", p))})
	}
	wantComplaint(t, check("emulator/emulator.go", "github.com/twmb/franz-go/pkg/kfake"), "emulator must not", "gate of package broker")
	wantComplaint(t, check("emulator/platform/p.go", "github.com/twmb/franz-go/pkg/kgo"), "metadata of records")
	wantComplaint(t, check("emulator/config.go", "github.com/goccy/go-yaml/ast"), "package config")
	wantComplaint(t, check("emulator/control/c.go", "github.com/spf13/cobra"), "belong to cmd")
	wantComplaint(t, check("emulator/report/r.go", "charm.land/lipgloss/v2"), "belong to cmd and tui")
	wantComplaint(t, check("emulator/emulator.go", "github.com/fsnotify/fsnotify"), "reload.Watcher")
	wantNone(t, check("emulator/reload/r.go", "github.com/fsnotify/fsnotify"))
	wantComplaint(t, check("emulator/order/o.go", "testing"), "_test.go")
	wantComplaint(t, check("emulator/order/o.go", "pgregory.net/rapid"), "_test.go")
	wantComplaint(t, check("emulator/order/o_test.go", "github.com/stretchr/testify/require"), "plain testing")
	wantNone(t, check("emulator/broker/gate/g.go", "github.com/twmb/franz-go/pkg/kfake"))
	wantNone(t, check("emulator/order/o_test.go", "pgregory.net/rapid"))
	wantNone(t, check("emulator/order/o.go", "testingx"))
}

func TestReservedRoomsExist(t *testing.T) {
	rooms := theTable(t).rooms()
	for i, r := range reserved {
		for _, room := range r.rooms {
			if !slices.Contains(rooms, room) {
				t.Errorf("reserved[%d] (%s) names room %q, which ARCHITECTURE.md does not have", i, r.path, room)
			}
		}
	}
}
