package tui

import (
	"fmt"
	"strings"

	"github.com/coldbrook-dev/coldbrook/tui/ui"
)

// KeyTable is the keys of a screen, or of all of them.
type KeyTable struct {
	Of   string
	Keys []ui.Key
}

// KeyTables are all keys: those that hold everywhere, then those of each screen.
func KeyTables() []KeyTable {
	m := New(Options{})
	all := []KeyTable{{"everywhere", m.bindings.everywhere}}
	for id, s := range m.screens {
		all = append(all, KeyTable{s.Title(), m.bindings.screens[id]})
	}
	return all
}

// keysHead is what stands above the tables of KeyReference.
const keysHead = `# Keys of the terminal UI

What the screens are is in [tui.md](tui.md). The name is what the palette (` + "`:`" + `) calls it. Ctrl-C is ` + "`q`" + `, also in
menus and prompts, and Ctrl-Z gives the terminal to the shell. This file is made from the key tables by
` + "`go test ./tui -run KeyReference -update`" + `.

`

// KeyReference is the key tables as Markdown: docs/keys.md.
func KeyReference() string {
	var b strings.Builder
	b.WriteString(keysHead)
	for _, t := range KeyTables() {
		if len(t.Keys) == 0 {
			continue
		}
		fmt.Fprintf(&b, "## %s\n\n| key | what it does | name |\n|---|---|---|\n", t.Of)
		for i := range t.Keys {
			k := &t.Keys[i]
			var names []string
			for _, key := range k.Keys {
				names = append(names, "`"+strings.ReplaceAll(keyName(key), "|", "\\|")+"`")
			}
			fmt.Fprintf(&b, "| %s | %s | `%s` |\n", strings.Join(names, " "), k.Help, k.ID)
		}
		b.WriteString("\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}
