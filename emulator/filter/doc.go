// Package filter is the event filters of AWS Lambda for records of Kafka: a
// pattern is compiled once, then tells of the value of a record whether the
// function gets it. It is pure.
//
// Sources, by the names that the comments use: FILT is the page kafka-filtering
// of the AWS Lambda developer guide, EF its page invocation-eventfiltering, RULER
// the README of github.com/aws/event-ruler, which Lambda's filters are made of.
//
// Words. A pattern is a JSON object whose fields are those of the record; for
// Kafka there is one, value (FILT). A field holds an object of more fields, for a
// value that is JSON, or a list of what it may be: literals and operators. Fields
// are ANDed, the elements of a list ORed, and so are the patterns of a Set.
//
// A filter fails open where the value does not have the format of the pattern:
// the record goes to the function (FILT, "Properly filtering Kafka messages").
//
// What no source tells, and our reading:
//
//   - a value counts as JSON if it is a JSON object or array; the text 42 is a
//     plain string;
//   - a record without a value (a tombstone) is a mismatch of format, or is
//     dropped, as a Set is told;
//   - of an array of objects, an object of fields matches if it matches one of
//     the elements, also where a field of it must not exist.
//
// Beyond Lambda's list of operators those of RULER are taken too, with a warning.
package filter
