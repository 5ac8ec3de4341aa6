// Package record is what several screens show of one record: its payload and its story,
// loaded when they are asked for, the story as lines of a tree, where its time went, and
// what can be copied of it.
package record
