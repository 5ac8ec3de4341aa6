package emulator

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator/profile"
)

// Mistake is one thing wrong in a Config.
type Mistake struct {
	// Path is where, as in coldbrook.yaml: functions.ship.events[0].kafka.topic.
	// What is missing has the path that it should have.
	Path string
	// Value is what stands there, as far as it can be shown.
	Value string
	// Message says what is wrong, with the value and the limit.
	Message string
	// Advice is what to do about it, if we know; Hint returns it.
	Advice string
	// Basis is the path of another part that the mistake rests on: a topic is
	// unknown only as far as topics is known. Empty if there is none.
	Basis string
	// Key says that the name of the path is wrong, not the value.
	Key bool
}

func (m *Mistake) Error() string { return m.Path + ": " + m.Message }

// Hint says what to do next; it may be empty.
func (m *Mistake) Hint() string { return m.Advice }

// Path appends the name of a key to a path. A name that could be mistaken for a
// path is quoted: topics."items.submitted".partitions.
func Path(path, key string) string {
	if !plainKey.MatchString(key) {
		key = fmt.Sprintf("%q", key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

var plainKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// Validate returns all mistakes of the configuration at once, each a *Mistake,
// joined with errors.Join; nil if there is none. It looks at values, and in the
// environment of this program for what ${env:NAME} names; not at the file system.
func (c Config) Validate() error {
	v := newValidation(&c)
	v.broker()
	within(v, "invoke.port", c.Invoke.Port, 0, 65535, showCount)
	v.allTopics()
	v.allFunctions()
	v.groups()
	v.quotas()
	v.concurrency()
	v.share()
	v.passEnv("passEnv", c.PassEnv, lookup(c.profileName()))
	v.processes()
	v.reload()
	v.debugging()
	return errors.Join(v.mistakes...)
}

// validation is one run of Validate.
type validation struct {
	config *Config
	// profile is that of what is being checked: the run, a function or an event.
	profile *profile.Profile
	// topics are the names that are declared.
	topics   []string
	mistakes []error
}

func newValidation(c *Config) *validation {
	v := &validation{config: c}
	v.profileName("profile", c.profileName())
	v.profile = lookup(c.profileName())
	for _, t := range c.Topics {
		v.topics = append(v.topics, t.Name)
	}
	return v
}

// profileName reports a profile that does not exist. Empty is that of what is
// around it.
func (v *validation) profileName(path, name string) {
	if _, ok := profile.Lookup(name); name != "" && !ok {
		v.add(path, name, fmt.Sprintf("there is no profile %q", name), choice(name, profile.Names()))
	}
}

func (v *validation) add(path, value, message, advice string) {
	v.mistakes = append(v.mistakes, &Mistake{Path: path, Value: value, Message: message, Advice: advice})
}

// within reports a value outside low to high; show writes values with their
// unit. A high that is not above low does not limit.
func within[T int | int64](v *validation, path string, value, low, high T, show func(T) string) {
	switch {
	case value < low:
		v.add(path, show(value), fmt.Sprintf("%s is under the minimum of %s", show(value), show(low)), "")
	case high > low && value > high:
		v.add(path, show(value), fmt.Sprintf("%s is over the limit of %s", show(value), show(high)), "")
	}
}

// oneOf reports a value that is not among those allowed. Empty is the default.
func (v *validation) oneOf(path, value string, allowed []string) {
	if value != "" && !slices.Contains(allowed, value) {
		v.add(path, value, fmt.Sprintf("%q is not one of %s", value, strings.Join(allowed, ", ")), choice(value, allowed))
	}
}

// addKey is add for a name that is wrong.
func (v *validation) addKey(path, name, message, advice string) {
	v.mistakes = append(v.mistakes, &Mistake{Path: path, Value: name, Message: message, Advice: advice, Key: true})
}

// available says whether the profile has the error controls, and reports the
// option if not.
func (v *validation) available(path, option, value, instead string) bool {
	if v.profile.Kafka.ErrorControls {
		return true
	}
	v.mistakes = append(v.mistakes, &Mistake{
		Path: path, Value: value,
		Message: fmt.Sprintf("%s needs profile aws-provisioned: on demand, %s", option, instead),
		Advice:  "set profile: aws-provisioned, or leave " + option + " out",
		Basis:   "profile",
	})
	return false
}

// maxSuggestions is how many mistakes there may be before no more topics are
// suggested, each of which is compared with all that there are.
const maxSuggestions = 100

// reference reports a topic that is not declared.
func (v *validation) reference(path, topic string) {
	if slices.Contains(v.topics, topic) {
		return
	}
	advice, near := "declare it under topics", ""
	if len(v.mistakes) < maxSuggestions {
		near = DidYouMean(topic, v.topics)
	}
	if near != "" {
		advice = fmt.Sprintf("did you mean %q? Otherwise %s", near, advice)
	}
	v.mistakes = append(v.mistakes, &Mistake{
		Path: path, Value: topic, Message: fmt.Sprintf("unknown topic %q", topic),
		Advice: advice, Basis: "topics",
	})
}
