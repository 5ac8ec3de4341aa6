// Package kafkaevent turns Kafka records into the event document that AWS
// Lambda sends to a function, and a function's response into batch item failures
// and output records. It is pure: no goroutine, no I/O, no state; everything in
// it is safe for concurrent use.
//
// The shape of the document is that of aws-lambda-go's events.KafkaEvent and of
// the developer guide ("Using Lambda with Amazon MSK", "with self-managed Apache
// Kafka"): records are grouped by "topic-partition", keys and values are base64,
// and header values are lists of signed bytes (0xDC is -36).
//
// What AWS does not document, and what is done here: a null key or value is left
// out (Source.NullKey writes null instead); a null header value is an empty list;
// bytes of a header name that are no UTF-8 become U+FFFD, so that the document
// is valid JSON.
//
// Output records (Outputs) are Coldbrook's own, not a feature of AWS. They carry the
// traceparent and tracestate of the record they were made from (CarryTrace), where that
// is known by their index.
//
// Not emulated: schema registries, and with them keySchemaMetadata and
// valueSchemaMetadata.
//
// Non-obvious: the sizes of Source count one comma for every record and every
// partition, and BaseSize is one less to make up for it, so that their sum is
// exactly the length of a document that holds at least one record.
package kafkaevent
