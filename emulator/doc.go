// Package emulator joins the parts: broker, event sources, functions and the
// platform machine, driven by one conductor.
package emulator
