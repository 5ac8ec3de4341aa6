// Package lineage finds where a record came from and what it led to, from the entries of
// a run, and says by which evidence.
package lineage
