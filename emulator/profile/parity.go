package profile

import "slices"

// Parity says how faithful a behaviour is to that of the platform.
type Parity string

// Enforced behaves as documented, or refuses as documented. Approximated is what
// the platform does, but for what the note says. NotModelled is left out.
const (
	Enforced     Parity = "enforced"
	Approximated Parity = "approximated"
	NotModelled  Parity = "not modelled"
)

// Behaviour is something that a platform does, and how faithful Coldbrook is to
// it.
type Behaviour struct {
	// Area is what it belongs to, and Name says what the platform does.
	Area string `json:"area"`
	Name string `json:"behaviour"`
	// Profiles are those it is said of; all, if empty.
	Profiles []string `json:"profiles,omitempty"`
	Parity   Parity   `json:"parity"`
	// Proofs are tests, each as package:name. A name with Test or Fuzz in front is
	// a function; others are golden scripts: testdata/name.txt of the package.
	Proofs []string `json:"proofs,omitempty"`
	// Note says what differs, or what happens instead.
	Note string `json:"note,omitempty"`
}

// Of says whether the behaviour is said of the profile.
func (b *Behaviour) Of(profile string) bool {
	return len(b.Profiles) == 0 || slices.Contains(b.Profiles, profile)
}

// Behaviours returns what is known of all profiles, by area. The caller owns it.
func Behaviours() []Behaviour {
	mappings := slices.Concat(batching(), retrying(), polling())
	for i := range mappings {
		if len(mappings[i].Profiles) == 0 {
			mappings[i].Profiles = byMapping()
		}
	}
	return slices.Concat(mappings, connecting(), environments(), limiting(), around())
}

// byMapping are those with an event source mapping, and byConnector those with a
// sink connector in place of it.
func byMapping() []string { return slices.DeleteFunc(Names(), isConnector) }
func byConnector() []string {
	return slices.DeleteFunc(Names(), func(n string) bool { return !isConnector(n) })
}

func isConnector(name string) bool {
	p, _ := Lookup(name)
	return p.Kafka.Connector
}

// provisioned are the profiles that have error controls, and onDemand those that
// have not.
func provisioned() []string { return having(true) }
func onDemand() []string    { return having(false) }

// ofToday are those that describe the platform of today.
func ofToday() []string { return []string{"aws", "aws-provisioned", "connect-sync", "connect-async"} }

func having(errorControls bool) []string {
	var names []string
	for _, name := range byMapping() {
		if p, _ := Lookup(name); p.Kafka.ErrorControls == errorControls {
			names = append(names, name)
		}
	}
	return names
}

// of is a row of a table of behaviours: what is so, in all profiles.
func of(area string, parity Parity, name, note string, proofs ...string) Behaviour {
	return Behaviour{Area: area, Name: name, Parity: parity, Note: note, Proofs: proofs}
}

// in says the behaviour of some profiles only.
func (b Behaviour) in(profiles []string) Behaviour {
	b.Profiles = profiles
	return b
}
