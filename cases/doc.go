// Package cases runs the test cases of a project: a fixture goes in, and what comes out is
// compared with what the case expects (docs/cases.md).
//
// Words. A case is a folder with a case.yaml (config.Case). Its golden is a fixture with the
// records that a topic is to hold at the end. A problem is one expectation that does not
// hold, a difference one record of a golden that is not as it should be.
//
// Find finds cases. RunInProcess runs one and ends the process with it: virtual time needs a
// test of package testing, which a plain program only gets from testing.Main, which exits.
// So the command starts itself once for each case; this also lets a case that hangs be ended
// without the others. The flags of package testing are never seen by the command line.
//
// Goroutines: within a World, one reads the journal to check order (watch.go); it ends with
// the run. Everything else is done by the goroutine of the test.
//
// Non-obvious: this is the one room outside of tests that imports emulatortest, whose World
// is what runs a project in virtual time and judges it. Waiting in virtual time is done in
// slices, because an interrupt comes from outside the bubble, where nothing but an atomic
// flag can be shared with it.
package cases
