// Package query is the one language in which users say which entries and records they
// mean: fn=enrich & (bad | late), key~^cust-00, dur>500ms. Commands, and later the
// terminal UI, triggers and fault scopes, all read it with Parse.
//
// A Query is asked about a Subject: an entry of the journal and, on demand, the records it
// is about with their payload. What costs least is asked first, so conditions on numbers
// cost nothing and payloads are read last, and only if the answer depends on them.
//
// A condition on a field that an entry does not have does not hold, unless it is one of
// "or absent" (?) or a negation: fn!=a is !fn=a. An entry is about a range of records:
// what a query says of keys, payloads and headers must all hold for one and the same of
// them, together with the rest of the query; and off=5 alone holds for every range that 5
// lies in. What entries know of records is enough for key=a; records whose payload is not
// there any more count as having none.
//
// Non-obvious: a predicate speaks of the entry alone. What only a tracker of order or a
// user interface knows (late, keylate, pinned, marked, replay) is asked of Subject.Told;
// a command that cannot tell refuses the query with Check, and does not call it false.
//
// The language, as Reference(96) prints it, which a test holds this comment to:
//
//	Conditions:
//	  cust-0042                      a word: it stands in the key or the payload of a record, or in
//	                                 the text or the reason of an entry, or it is the name of its
//	                                 function, topic, process or mapping; "in quotes" if it has
//	                                 spaces or signs
//	  fn=enrich,ship p!=3            a field is one of these values, or is not
//	  off=120410..120480 try>1       a range, both ends included and either may be left out; > >= <
//	                                 <=
//	  dur>500ms size>1M age<10s      with units: ns us ms s m h; B KB MB GB
//	  key~^cust-00 text!~retry       a regular expression finds something in it, or does not
//	  v.customer.tier=gold           what stands at this path in the JSON of the payload; a number
//	                                 is compared as one
//	  h.trace-id=abc                 a header
//	  v.coupon?=X                    equals, or is absent; without ? what is absent has no value,
//	                                 so only != and !~ hold
//	  bad                            a predicate, see below
//	  a b   a & b   a | b   !a   ( ) and, and, or, not; and binds closer than or
//
//	Fields:
//	  fn function          (text) function
//	  topic                (text) topic
//	  p partition          (number) partition; of an invocation, the first of its batch
//	  off offset           (number) offset; an entry about a range has all that lie in it, an
//	                       invocation those of the first partition
//	  key                  (text) key of a record
//	  v                    (text or number) payload of a record; v.customer.tier, v.items[0].sku
//	                       what stands there in its JSON
//	  h                    (text or number) header of a record, by its name: h.trace-id
//	  size bytes           (size) size of the records, or of the document made from them
//	  age                  (duration) how long ago it was; in the journal of a run that has ended,
//	                       before its end
//	  at                   (duration) when, since the start of the run; without a unit, seconds as
//	                       printed
//	  dur duration         (duration) how long it took: in the model if that says, else really
//	  took                 (duration) how long it really took on this machine
//	  delay                (duration) modelled delay: a back-off, a cold start
//	  billed               (duration) what an invocation is billed for
//	  inst env environment (number) execution environment: 11 or e-11
//	  gen rev revision     (number) revision of the function's code, from 1 on; that of entries
//	                       about an environment, an invocation or a reload
//	  try attempt          (number) attempt, from 1 on
//	  batch                (number) batch
//	  inv invocation       (number) invocation
//	  req request          (number) request from outside
//	  records              (number) how many records it is about
//	  mapping group        (text) event source mapping, by its consumer group
//	  process              (text) process
//	  kind                 (kind) kind of the entry, with dashes: invocation-ended
//	  outcome              (outcome) how it ended, with dashes: timed-out
//	  reason               (text) the rule or the cause, in words
//	  text                 (text) what was printed, or the sentence of a note
//	  seq                  (number) number of the entry in the journal
//
//	Predicates:
//	  ok                   the outcome is succeeded
//	  bad                  err, timeout, thr, dlq or lost
//	  err                  the outcome is function error, exited, bad response, output failed, init
//	                       failed or partly failed
//	  timeout              the outcome is timed out
//	  thr                  the entry is that something was throttled
//	  dlq                  the outcome is dead-lettered, or failure records were produced
//	  lost                 the outcome is dropped or expired
//	  filtered             the outcome is filtered
//	  retry                a retry is scheduled, or this is a second or later attempt
//	  cold                 an invocation that waited for an init starts, or one ends that an init
//	                       is billed with; an environment starts or is ready
//	  warm                 an invocation starts in an environment that was ready
//	  straggler            records were produced by a handler after it had answered, or a response
//	                       came for an invocation that was given up
//	  held                 a failed batch waits for the next revision
//	  reloaded             code or the configuration was taken over, or could not be
//	  fault                a fault that was asked for fired
//	  notable              plain output of coldbrook dev shows it
//	  severe               plain output colours it as bad
//	  late                 a later record was handled before it
//	  keylate              late, and both have the same key
//	  pinned               the user pinned it
//	  marked               the user marked it
//	  replay               the user let it run again
package query
