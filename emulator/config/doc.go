// Package config reads coldbrook.yaml into an emulator.Config.
//
// It is strict: a key that is not known, a duration without a unit or a topic
// that is not declared is a mistake, and all mistakes of a file are reported at
// once, each with its line, its column, the line itself and what to do. Mistakes
// of shape (this package) and of meaning (emulator.Config.Validate) come in one
// list, sorted by position; what only follows from a mistake of shape is left
// out.
//
// A path names a value of the file: functions.ship.events[0].kafka.topic. A
// place is where it stands: line and column, from 1 on, in characters.
//
// Save goes the other way: it edits the text of a file key by key, at the places that the
// parser names, and reads the result again before it hands it out.
//
// It starts no goroutine. Not supported, with an error that says so: anchors,
// aliases, merge keys, tags, several documents in one file.
//
// Non-obvious: emulator.Config has defaults where a field is zero, so a zero
// that is written in the file and is no legal value must be found here, before
// it looks like a field that was left out. The YAML package stops at its first
// error of syntax and miscounts lines with CR LF, which is why these are
// replaced before.
package config
