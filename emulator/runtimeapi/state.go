package runtimeapi

// state is how far a runtime is, by the names of the RIE (core/states_names).
type state uint8

const (
	started    state = iota // it has not asked yet
	initFailed              // it posted an init error
	ready                   // it waits for an invocation
	running                 // it has one
	responding              // it is posting its response
	responded               // it has not asked again yet
)

var stateNames = [...]string{"Started", "InitError", "Ready", "Running", "InvocationResponse", "RuntimeResponseSentState"}

func (s state) String() string { return stateNames[s] }
