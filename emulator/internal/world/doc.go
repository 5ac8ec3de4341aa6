// Package world holds what differs between real and virtual time: the network,
// how to let everything else come to rest, and where work is done that costs no
// virtual time. The rest of the emulator uses package time, in a bubble of
// testing/synctest or outside of one, and cannot tell the difference.
//
// Words. A bubble is a group of goroutines with a clock of its own, which moves
// when all of them wait for one another or for time to pass. A wait is durable
// if only the bubble itself can end it: of the waits here, those on channels
// made in the bubble, and on a sync.Cond. While one goroutine waits for anything
// else (a socket, a child process, a mutex, a channel made outside) the clock
// stands still.
//
// Network is a TCP of one host in memory, all of whose waits are durable.
// Outside is a pool of goroutines outside the bubble; the one that hands it work
// waits in a way that is not durable, on purpose: the work takes no virtual
// time, however long it really takes.
//
// Goroutines. Network has none, and its connections have none; a deadline that
// passes while somebody waits for it runs one to wake them. Outside has one that
// makes workers, and the workers, each of which runs one function at a time and
// is used again.
//
// Not emulated: hosts other than loopback, UDP and unix sockets, half-closed
// connections, resets (what was written before a close can be read), delay and
// loss. A Write to an end that is closed fails at once, where TCP accepts the
// first.
//
// Non-obvious: a listener and its connections belong to the bubble in which they
// were made; from outside of it the runtime ends the program. Network itself may
// be made anywhere. Dial waits durably, if the backlog is full, only if its
// context too was made in the bubble. No mutex is held while anything waits: the
// turn to write is a flag and not a lock, because who waits for a lock stops the
// clock. A sync.Cond is signalled after its state changed under the lock, and by
// timers with the lock held: a timer that fires between the arming and the wait
// would otherwise wake nobody.
package world
