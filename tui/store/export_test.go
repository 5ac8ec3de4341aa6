package store

import "github.com/coldbrook-dev/coldbrook/emulator/journal"

// AddEvent feeds the events alone.
func AddEvent(e *Events, x *journal.Entry) { e.add(x) }
