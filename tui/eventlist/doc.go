// Package eventlist is the events of a run that a filter leaves: what the screen Events
// shows, and Detail goes through. Each event is asked once, when it comes; where the
// answer depends on payloads, the newest ones are looked at in the background, and how
// far is said.
package eventlist
