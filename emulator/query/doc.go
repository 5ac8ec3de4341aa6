// Package query is the one language in which users say which entries and records they
// mean: fn=enrich & (bad | late), key~^cust-00, dur>500ms.
package query
