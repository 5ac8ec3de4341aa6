package emulator

import (
	"maps"
	"slices"
	"strings"
)

// Values of Kafka.TLS and Kafka.SASL.
const (
	securityOff      = "off"
	securityAuto     = "auto"
	securityAny      = "any"
	securityRequired = "required"
)

// security checks how clients may secure their connections.
func (v *validation) security(k *Kafka) {
	v.oneOf("kafka.tls", k.TLS, []string{securityOff, securityAuto, securityRequired})
	v.oneOf("kafka.sasl", k.SASL, []string{securityOff, securityAny, securityRequired})
	if len(k.Users) > 0 && (k.SASL == "" || k.SASL == securityOff) {
		v.mistakes = append(v.mistakes, &Mistake{
			Path: "kafka.users", Message: "users have no effect without kafka.sasl", Advice: "set kafka.sasl: any", Basis: "kafka.sasl",
		})
	}
	for _, name := range slices.Sorted(maps.Keys(k.Users)) {
		path := Path("kafka.users", name)
		switch {
		case strings.TrimSpace(name) == "":
			v.addKey(path, name, "the user has no name", "")
		default:
			v.password(path, k.Users[name])
		}
	}
}

// password checks a password of kafka.users, which may name variables, and is not repeated
// in what is said of it.
func (v *validation) password(path, password string) {
	var message, advice string
	filled := replaceReferences(password, func(reference string) string {
		value, isSet, _, ok := fromEnviron(reference)
		if ok && message == "" {
			message, advice = badReference(reference, nil)
		}
		if !ok || !isSet {
			return reference
		}
		return value
	})
	if message == "" && filled == "" {
		message, advice = "the password is empty, which SCRAM does not allow", "write one: it guards nothing here"
	}
	if message != "" {
		v.add(path, "", message, advice)
	}
}
