package broker

import "bytes"

// plainLogin is PLAIN (RFC 4616): [authzid] NUL authcid NUL password. Any password does.
type plainLogin struct{ name string }

func (l *plainLogin) user() string { return l.name }

// step refuses what Kafka refuses: other than three parts, no user, no password.
func (l *plainLogin) step(token []byte) ([]byte, bool, error) {
	parts := bytes.Split(token, []byte{0})
	if len(parts) != 3 {
		return nil, false, refuse("Invalid SASL/PLAIN response: expected 3 tokens, got %d", len(parts))
	}
	l.name = string(parts[1])
	switch {
	case l.name == "":
		return nil, false, refuse("Authentication failed: username not specified")
	case len(parts[2]) == 0:
		return nil, false, refuse("Authentication failed: password not specified")
	}
	return nil, true, nil
}
