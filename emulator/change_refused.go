package emulator

import "fmt"

// refusedKey is a key that cannot be changed while running, and why. From is its value,
// to the one that is wanted, as they are written.
type refusedKey struct{ path, why, from, to string }

// String says it in words.
func (r *refusedKey) String() string {
	if r.to == "" {
		return r.path + ": needs a restart: " + r.why
	}
	return fmt.Sprintf("%s: %s in place of %s needs a restart: %s", r.path, r.to, r.from, r.why)
}

const adviceRestart = "set it in the file and start again"

func (r *refusedKey) mistake() error {
	return &Mistake{Path: r.path, Message: "cannot be changed while running: " + r.why, Advice: adviceRestart}
}

func (t *turn) mistakes() []error {
	var all []error
	for i := range t.refused {
		all = append(all, t.refused[i].mistake())
	}
	return all
}

// Why keys need a restart, by the names of the fields; those that are not named can be
// changed.
var (
	fixedKeys = map[string]string{
		"Dir":     "paths are relative to it",
		"Profile": "the rules of the platform are chosen at the start",
	}
	fixedOfFunctions = map[string]string{
		"Profile":                "the rules of the platform are chosen at the start",
		"ProvisionedConcurrency": "it is allocated when the function is deployed",
		"ProvisionedDelay":       "provisioned concurrency is allocated when the function is deployed",
	}
	fixedOfEvents = map[string]string{
		"StartingPosition":          fixedPosition,
		"StartingPositionTimestamp": fixedPosition,
	}
)

const (
	fixedBroker     = "the broker is started with it"
	fixedInvoke     = "the Invoke API is started with it"
	fixedPosition   = "it counts only where the group has no committed offset, and this one has begun"
	fixedPartitions = "a topic keeps its partitions"
	fixedReserved   = "the function has provisioned concurrency, which is part of it"
)

// Fields that make a new revision of a function whose handler is a process.
var revisionFields = []string{"Runtime", "Code", "Handler", "Build", "Command", "Layers", "Memory", "CPU", "Env", "EnvFile", "PassEnv", "Architecture"}

// Fields of an event that its mapping takes as it runs; the others have it begin anew.
var rulesOfEvents = []string{"BatchSize", "BatchWindow", "Retries", "PartialResponse", "PartialResponseMode", "Bisect",
	"BisectCountsAsRetry", "MaximumRecordAge", "RecordAgeCondition", "RetryBackoff", "ThrottleBackoff", "CommitFiltered",
	"OnError", "RequestLimit", "PollerScaleDelay", "PollerRebalance", "PollerRate"}
