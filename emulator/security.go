package emulator

import (
	"crypto/tls"

	"github.com/coldbrook-dev/coldbrook/emulator/broker"
)

const noVirtualTLS = "there is no TLS in virtual time: a client within the test takes Emulator.ClientOptions, which speak plain text"

// wantsTLS says that clients may speak TLS.
func (k *Kafka) wantsTLS() bool { return k.TLS != "" && k.TLS != securityOff }

// secures gives the broker what clients may, and must, do to be secure. The authority of
// the project is made if there is none.
func (e *Emulator) secures(cfg *broker.Config) error {
	k := &e.cfg.Kafka
	s := &cfg.Security
	s.SASL, s.SASLRequired, s.Users = k.SASL == securityAny, k.SASL == securityRequired, map[string]string{}
	for name, password := range k.Users {
		s.Users[name] = expand(password, nil)
	}
	if e.world.Virtual() {
		s.NoTLS = noVirtualTLS
	}
	if !k.wantsTLS() {
		return nil
	}
	if err := e.haveAuthority(); err != nil {
		return err
	}
	if e.world.Virtual() {
		return nil // its files are there, for handlers that read them as they start
	}
	leaf, err := e.authority.leaf()
	if err != nil {
		return err
	}
	s.TLS = &tls.Config{Certificates: []tls.Certificate{leaf}, MinVersion: tls.VersionTLS12}
	s.TLSRequired = k.TLS == securityRequired
	return nil
}

// haveAuthority opens the authority of the project, and writes what handlers are to read. In
// virtual time it is done outside: certificates are valid by the clock of the real world.
func (e *Emulator) haveAuthority() (err error) {
	have := func() {
		if e.authority, err = openAuthority(e.cfg.Dir); err == nil {
			err = e.authority.writeBundles()
		}
	}
	if e.world.Virtual() {
		e.world.RunOutside(have)
	} else {
		have()
	}
	return err
}

// CommandKafka is the address that commands of Coldbrook reach the broker by: that of
// KafkaAddr, or one of their own where clients must secure their connections.
func (e *Emulator) CommandKafka() string {
	if e.commands != nil {
		return e.commands.Addr()
	}
	return e.KafkaAddr()
}

// openTrusted opens an address for commands of Coldbrook, where clients must secure their
// connections; nil where they need not.
func (e *Emulator) openTrusted(owner broker.Owner) (*broker.Address, error) {
	if e.cfg.Kafka.TLS != securityRequired && e.cfg.Kafka.SASL != securityRequired {
		return nil, nil
	}
	owner.Trusted = true
	return e.broker.Open(owner)
}

// commandEnviron tells commands of Coldbrook, run by the process, where they are let in.
func (s *supervised) commandEnviron() []string {
	if s.commands == nil {
		return nil
	}
	return []string{"COLDBROOK_KAFKA=" + s.commands.Addr()}
}

// close closes the addresses of the process.
func (s *supervised) close() {
	_ = s.kafka.Close()
	if s.commands != nil {
		_ = s.commands.Close()
	}
}

// Authority is the certificate, as PEM, of who vouches for the Kafka to clients that speak
// TLS; nil where none does.
func (e *Emulator) Authority() []byte {
	if e.authority == nil {
		return nil
	}
	return append([]byte(nil), e.authority.certificate...)
}
