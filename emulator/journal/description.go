package journal

// Schema is the version of the entries and of the Description. It counts what readers
// must know: a new kind or field does not change it, another meaning of an old one does.
const Schema = 1

// Description is what a run consists of, as far as its entries cannot be read without it.
// It is that of the start; entries ConfigReloaded tell what has changed since.
type Description struct {
	Schema int `json:"schema"`
	// Version is that of Coldbrook.
	Version string `json:"version,omitempty"`
	Profile string `json:"profile"`
	Seed    uint64 `json:"seed"`
	// Started is the wall time at which world time is 0, in Unix nanoseconds.
	Started int64 `json:"started"`
	// Virtual says that the run was in virtual time.
	Virtual   bool                `json:"virtual,omitempty"`
	Topics    []DescribedTopic    `json:"topics,omitempty"`
	Functions []DescribedFunction `json:"functions,omitempty"`
	Mappings  []DescribedMapping  `json:"mappings,omitempty"`
	Processes []DescribedProcess  `json:"processes,omitempty"`
}

// DescribedTopic is a topic of a Description.
type DescribedTopic struct {
	Name       string `json:"name"`
	Partitions int32  `json:"partitions"`
}

// DescribedFunction is a function of a Description. Durations are in nanoseconds.
type DescribedFunction struct {
	Name         string `json:"name"`
	Profile      string `json:"profile"`
	Runtime      string `json:"runtime,omitempty"`
	Memory       int64  `json:"memory"` // bytes
	Architecture string `json:"architecture,omitempty"`
	Timeout      int64  `json:"timeout"`
	// Payload is the largest event document in bytes.
	Payload int64 `json:"payload"`
	// Reserved is the reserved concurrency, -1 for none; Provisioned that.
	Reserved    int    `json:"reserved"`
	Provisioned int    `json:"provisioned,omitempty"`
	Output      string `json:"output,omitempty"`
}

// DescribedMapping is an event source mapping of a Description.
type DescribedMapping struct {
	Group    string `json:"group"`
	Function string `json:"function"`
	Topic    string `json:"topic"`
	Profile  string `json:"profile"`
	// InFlight says how many batches of one partition may be in flight at once: 1 where
	// the platform drives a partition in order, 0 for no limit.
	InFlight int `json:"inFlight"`
	// Order is what of a partition is handled in order where InFlight is more than 1: "key"
	// or "none".
	Order string `json:"order,omitempty"`
	// Pollers is how many there are at most; 0 means as many as there are partitions.
	Pollers int `json:"pollers,omitempty"`
	// PollersFirst is how many there are at the start; entries PollersScaled tell the rest.
	PollersFirst int `json:"pollersFirst,omitempty"`

	BatchSize int    `json:"batchSize"`
	OnFailure string `json:"onFailure,omitempty"`
	Retries   int    `json:"retries"` // -1 for ever
	Partial   bool   `json:"partialResponse,omitempty"`
	Bisect    bool   `json:"bisect,omitempty"`
}

// DescribedProcess is a process of a Description.
type DescribedProcess struct {
	Name string `json:"name"`
	// Source says that it only feeds.
	Source bool `json:"source,omitempty"`
}
