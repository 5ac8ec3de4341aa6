package sam

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

const kafkaBootstrap = "${kafka.bootstrap}"

var (
	// brokerName is what variables are called that have the addresses of Kafka.
	brokerName = regexp.MustCompile(`(?i)BROKER|BOOTSTRAP|KAFKA.*(URL|SERVERS|HOST|ENDPOINT)`)
	// addresses is what such a value looks like.
	addresses = regexp.MustCompile(`^((PLAINTEXT|SSL|SASL_SSL|SASL_PLAINTEXT)://)?[A-Za-z0-9_.-]+:\d{2,5}(\s*,\s*((PLAINTEXT|SSL|SASL_SSL|SASL_PLAINTEXT)://)?[A-Za-z0-9_.-]+:\d{2,5})*$`)
)

// environment reads the variables of a function. It comes after all mappings, whose brokers
// may stand in it.
func (r *reader) environment(f *function) {
	variables := f.properties.Get("Environment")
	if variables == nil {
		return
	}
	back := r.about(f.id, "Environment")
	config := r.spread(variables)
	for _, entry := range config.Entries {
		if entry.Key != "Variables" {
			r.say(plan.Dropped, entry.At, entry.Key+" is not known here", "")
		}
	}
	all := r.spread(config.Get("Variables"))
	back()
	f.from("env", variables, "Environment", func() { f.config.Env = nil })
	for _, entry := range all.Entries {
		back := r.about(f.id, "Environment."+entry.Key)
		r.variable(f, entry)
		back()
	}
}

// variable reads one variable. What is open is empty, so that a handler that looks it up
// starts, but for what names a topic; what is Kafka's address is that of the environment.
func (r *reader) variable(f *function, entry tree.Entry) {
	v := r.values.value(entry.Value)
	if v == nil || r.values.isBroken(v) {
		return
	}
	value := v.Scalar
	why, isOpen := r.values.isOpen(v)
	switch {
	case !v.IsScalar() && !isOpen:
		r.say(plan.Wrong, v.At, fmt.Sprintf("is %s, not a text: it is left out", v.Kind), "")
		return
	case r.brokers[value] && value != "":
		value = kafkaBootstrap
		r.say(plan.Changed, v.At, "the addresses of the mapping's Kafka: "+kafkaBootstrap+" is taken", "")
	case isOpen && brokerName.MatchString(entry.Key):
		value = kafkaBootstrap
		r.say(plan.Changed, v.At, why.reason+": "+kafkaBootstrap+" is taken, by the name", "")
	case brokerName.MatchString(entry.Key) && addresses.MatchString(value):
		r.say(plan.Changed, v.At, fmt.Sprintf("%s is taken instead of %s", kafkaBootstrap, value), "")
		value = kafkaBootstrap
	case isOpen && (r.guesses[value] || strings.Contains(strings.ToUpper(entry.Key), "TOPIC")):
		value = topicName(value)
		r.say(plan.NeedsValue, v.At, fmt.Sprintf("%s: %s stands, as for a topic", why.reason, value), why.advice)
	case isOpen:
		value = ""
		r.say(plan.NeedsValue, v.At, why.reason+": it is empty", why.advice)
		f.comments = append(f.comments, comment{emulator.Path("env", entry.Key), "needs a value: " + why.reason})
	}
	if f.config.Env == nil {
		f.config.Env = map[string]string{}
	}
	f.config.Env[entry.Key] = strings.ToValidUTF8(value, "\uFFFD")
	f.from(emulator.Path("env", entry.Key), entry.Value, "Environment."+entry.Key, func() {
		if delete(f.config.Env, entry.Key); len(f.config.Env) == 0 {
			f.config.Env = nil
		}
	})
}
