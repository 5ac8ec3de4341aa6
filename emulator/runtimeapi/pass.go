package runtimeapi

import (
	"slices"
	"strings"
)

// endpoints are how variables begin that say where the SDKs of AWS find services; those of
// this program's environment are passed on, so that emulators of other services can stand
// beside this one. They are no danger: what goes to an endpoint of somebody's choice goes
// there with dummy credentials.
const endpoints = "AWS_ENDPOINT_URL"

// credentials are the variables of which one that is passed on takes away the dummies of
// all, which would be mixed with it otherwise.
var credentials = []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"}

// passedOn is what a handler gets of environ by name, of what is kept from it otherwise:
// the endpoints of services, and what names has, of which one with a star at its end stands
// for all that begin so. It never is what only the platform sets.
//
// The endpoint of Lambda is left out where COLDBROOK_INSTANCE is set: coldbrook exec made
// it, and it leads to another run than that of the handler.
func passedOn(environ, names []string) []string {
	inner := slices.ContainsFunc(environ, func(v string) bool { return strings.HasPrefix(v, "COLDBROOK_INSTANCE=") })
	var passed []string
	for _, variable := range environ {
		key, _, _ := strings.Cut(variable, "=")
		switch {
		case reserved[key] || !isPrivate(key):
		case slices.ContainsFunc(names, func(name string) bool { return covers(name, key) }),
			key == endpoints || strings.HasPrefix(key, endpoints+"_") && !(inner && key == endpoints+"_LAMBDA"):
			passed = append(passed, variable)
		}
	}
	return passed
}

// covers says that a name of Config.Pass names a variable. What is told to each handler by
// this program is named in full only.
func covers(name, key string) bool {
	prefix, isPrefix := strings.CutSuffix(name, "*")
	if !isPrefix {
		return name == key
	}
	return strings.HasPrefix(key, prefix) && key != "KAFKA_BOOTSTRAP_SERVERS" && !strings.HasPrefix(key, "COLDBROOK_")
}

// dummies are credentials that nobody checks, so that a local run never touches a real
// account by accident; none where passed has some.
func dummies(passed []string) []string {
	for _, variable := range passed {
		if key, _, _ := strings.Cut(variable, "="); slices.Contains(credentials, key) {
			return nil
		}
	}
	return []string{"AWS_ACCESS_KEY_ID=coldbrook", "AWS_ACCESS_KEY=coldbrook",
		"AWS_SECRET_ACCESS_KEY=coldbrook", "AWS_SESSION_TOKEN=coldbrook"}
}
