// Package ui is what the screens of the terminal UI and the program around them agree on:
// a Screen draws itself and names its keys, a Context tells it what to draw and carries
// out what it asks for, a Driver is the run behind it all.
//
// Everything here is called by the one goroutine of the program. Nothing in it waits: work
// that may take more than a millisecond is given to Context.Do or Context.Load.
package ui
