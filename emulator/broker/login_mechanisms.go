package broker

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The mechanisms of SASL, by the names that clients know them by.
const (
	mechanismPlain  = "PLAIN"
	mechanismOAuth  = "OAUTHBEARER"
	mechanismMSK    = "AWS_MSK_IAM"
	mechanismScram1 = "SCRAM-SHA-256"
	mechanismScram2 = "SCRAM-SHA-512"
)

// logins is who may log in, and how. It does not change once it is made.
type logins struct {
	on bool
	// scram has what is known of each user, by mechanism and name.
	scram map[string]map[string]scramUser
}

func newLogins(s *Security) *logins {
	l := &logins{on: s.SASL || s.SASLRequired}
	if !l.on || len(s.Users) == 0 {
		return l
	}
	l.scram = map[string]map[string]scramUser{}
	for _, mechanism := range []string{mechanismScram1, mechanismScram2} {
		l.scram[mechanism] = map[string]scramUser{}
		for _, name := range slices.Sorted(maps.Keys(s.Users)) {
			l.scram[mechanism][name] = newScramUser(scramHash(mechanism), s.Users[name])
		}
	}
	return l
}

// mechanisms are those that a client may ask for; none is an empty list.
func (l *logins) mechanisms() []string {
	if !l.on {
		return []string{}
	}
	all := []string{mechanismPlain, mechanismOAuth, mechanismMSK}
	if l.scram != nil {
		all = append(all, mechanismScram1, mechanismScram2)
	}
	return all
}

// exchange begins a login, or says why there is none by this mechanism.
func (l *logins) exchange(mechanism string) (x exchange, why string) {
	isScram := mechanism == mechanismScram1 || mechanism == mechanismScram2
	switch {
	case !l.on:
		return nil, "set kafka.sasl: any"
	case mechanism == mechanismPlain:
		return &plainLogin{}, ""
	case mechanism == mechanismOAuth:
		return &oauthLogin{}, ""
	case mechanism == mechanismMSK:
		return &mskLogin{}, ""
	case isScram && l.scram != nil:
		return newScramLogin(mechanism, l.scram[mechanism]), ""
	case isScram:
		return nil, "it needs users: set kafka.users: {NAME: PASSWORD}"
	}
	return nil, fmt.Sprintf("there are %s", strings.Join(l.mechanisms(), ", "))
}
