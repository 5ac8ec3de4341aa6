package runtimeapi

import (
	"encoding/json"
	"net"
	"time"
)

// stateEvery is how often dlv is asked whether the program is still there.
const stateEvery = 200 * time.Millisecond

// delveState asks for the state of the program, which runs or stands (JSON-RPC 1.0 of
// dlv's API version 2).
const delveState = `{"method":"RPCServer.State","params":[{"NonBlocking":true}],"id":1}` + "\n"

// attendDelve ends dlv when the program has ended that it runs: dlv stays for whoever is
// attached, and so would the environment, with its invocation.
func (e *environment) attendDelve(connection net.Conn) {
	tick := time.NewTicker(stateEvery)
	defer tick.Stop()
	answers := json.NewDecoder(connection)
	for e.pause(tick.C) {
		connection.SetDeadline(time.Now().Add(time.Minute)) // fails only where the next calls do
		if _, err := connection.Write([]byte(delveState)); err != nil {
			return
		}
		var answer struct {
			Error any `json:"error"` // a text: "Process 123 has exited with status 2"
		}
		if answers.Decode(&answer) != nil {
			return
		}
		said, _ := answer.Error.(string)
		if status, ended := exitStatus(said); ended {
			e.endDelve(status)
			return
		}
	}
}

// endDelve kills dlv, and keeps the status of what it ran.
func (e *environment) endDelve(status string) {
	e.mu.Lock()
	e.status = status
	e.mu.Unlock()
	e.process.Kill()
}
