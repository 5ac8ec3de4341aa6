// Package house holds the rules of the house that a machine can count, as
// ordinary tests: who may import whom, one package comment each, sizes, the
// purity of the platform machine, and what must not stand in the repository.
// It has no code but its tests, and nothing imports it.
//
// It lives beside emulator and not in it because its rules are about all of
// the module: cmd, tui, fixtures and the examples too.
//
// The tests read source files, not the build: a file for another system or in
// an example's own module is held to the same rules as any other. The table of
// imports is read from ARCHITECTURE.md, section 4, so that there is one of it.
//
// Every failure names the file and says what to do instead. Every rule has a
// control: a made-up source that breaks it and must be reported, so that a
// rule that stopped looking is noticed.
package house
