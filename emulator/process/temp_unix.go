//go:build unix

package process

// tempPrefix is what the temporary folders of this run begin with, so that the
// guardian knows them.
func tempPrefix() string { return "coldbrook-" + run() + "-" }
