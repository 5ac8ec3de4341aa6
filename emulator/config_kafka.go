package emulator

// Kafka is the settings of the embedded broker.
type Kafka struct {
	// Port is the port on 127.0.0.1. Nil means 9092 or, where that is taken,
	// the next free one; 0 means any free port.
	Port *int
	// DataDir is where the broker persists its log. Empty means in memory.
	DataDir string
	// Retention is how many bytes all partitions together keep; the oldest
	// records go first. Default 256 MiB; at least 1 MiB.
	Retention int64
	// AutoCreate says whether a topic that a client asks for is created.
	// Default true.
	AutoCreate *bool
	// DefaultPartitions is the number of partitions of a topic that does not
	// say, and of auto-created ones. Default 3; 1 to 10,000.
	DefaultPartitions int
	// TLS says whether clients may speak TLS, on the ports that plain text is spoken on,
	// too: "off", the default, refuses it; "auto" tells by the first byte; "required"
	// refuses plain text. Certificate and authority are those of Authority. In virtual time
	// nobody can, and nothing is required.
	TLS string
	// SASL says whether clients may log in: "off", the default, knows no mechanism; "any"
	// takes whoever comes, with any credential by PLAIN, OAUTHBEARER and AWS_MSK_IAM, and
	// with those of Users by SCRAM, and without a login, too; "required" refuses who does
	// not log in.
	SASL string
	// Users are the passwords of those who may log in by SCRAM-SHA-256 and SCRAM-SHA-512,
	// by name. ${env:NAME} stands for a variable of this program's environment, as in the Env
	// of a function. Needs SASL.
	Users map[string]string
}
