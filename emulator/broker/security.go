package broker

import "crypto/tls"

// Security is how clients may, and must, secure their connections. The zero value is
// plain text without SASL. Connections of owners that are Internal, an Observer or
// Trusted are asked for nothing.
type Security struct {
	// TLS ends connections that begin with a TLS hello, on every address; nil refuses
	// them. Those that begin otherwise go on as plain text, unless TLSRequired is set.
	TLS         *tls.Config
	TLSRequired bool
	// NoTLS says why a hello is refused and what can be done. Empty means that
	// kafka.tls is to be set.
	NoTLS string
	// SASL lets clients log in: by PLAIN, OAUTHBEARER and AWS_MSK_IAM with whatever they
	// show, by SCRAM-SHA-256 and SCRAM-SHA-512 with a user and password of Users. Who does
	// not is served as well, unless SASLRequired is set.
	SASL         bool
	SASLRequired bool
	Users        map[string]string
}

// demands is what a connection must still do before it is served.
type demands struct{ tls, login bool }

// demandsOf is what connections of an owner are asked for.
func (s *Security) demandsOf(o *Owner) demands {
	if o.Internal || o.Observer || o.Trusted {
		return demands{}
	}
	return demands{tls: s.TLSRequired, login: s.SASLRequired}
}
