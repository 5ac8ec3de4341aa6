package emulator

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// What ${...} in the value of a variable can stand for, beside ${env:NAME}.
const (
	referenceKafka    = "kafka.bootstrap"
	referenceInvoke   = "invoke.endpoint"
	referenceFunction = "function.name"
)

var (
	referencesOfProcesses = []string{referenceInvoke, referenceKafka}
	referencesOfFunctions = []string{referenceFunction, referenceInvoke, referenceKafka}
	// referenceRooms are how names begin that nobody else gives a meaning: what is in them
	// and not ours is a slip.
	referenceRooms = []string{"kafka.", "function.", "invoke."}
)

// variableReference begins a reference to a variable of this program's own environment:
// ${env:NAME}, or ${env:NAME:-TEXT} for TEXT where it is not set or empty, as in a shell.
const variableReference = "env:"

// replaceReferences returns value with what use returns in the place of each ${...}; use
// gets what stands between the braces, in which there may be other references. What has no
// closing brace stays.
func replaceReferences(value string, use func(name string) string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(value, "${")
		end := closingBrace(rest)
		if !found || end < 0 {
			b.WriteString(value)
			return b.String()
		}
		b.WriteString(before)
		b.WriteString(use(rest[:end]))
		value = rest[end+1:]
	}
}

// closingBrace is where the brace is in s that closes the one before s, -1 if there is none.
func closingBrace(s string) int {
	open := 0
	for i := range len(s) {
		switch {
		case s[i] == '{' && i > 0 && s[i-1] == '$':
			open++
		case s[i] == '}' && open == 0:
			return i
		case s[i] == '}':
			open--
		}
	}
	return -1
}

// fromEnviron is the value of a reference to a variable: that of this program's environment,
// or else the text after :-, in which there may be references. isSet is false where there is
// neither, and ok where the reference is to something else.
func fromEnviron(reference string) (value string, isSet, isText, ok bool) {
	reference, ok = strings.CutPrefix(reference, variableReference)
	if !ok {
		return "", false, false, false
	}
	name, text, isText := strings.Cut(reference, ":-")
	value, isSet = os.LookupEnv(name)
	if isText && value == "" {
		return text, true, true, true
	}
	return value, isSet, false, true
}

// badReference says what is wrong with ${reference} where allowed are the names that there
// are, and what to do about it; "" if nothing is. A reference that is not ours is none: it
// stays as it is.
func badReference(reference string, allowed []string) (message, advice string) {
	if value, isSet, isText, ok := fromEnviron(reference); ok {
		name, _, _ := strings.Cut(strings.TrimPrefix(reference, variableReference), ":-")
		switch {
		case name == "" || strings.ContainsAny(name, "=${} \t\x00"):
			return fmt.Sprintf("%q is not a name for an environment variable", name), "write ${env:NAME}, or ${env:NAME:-text}"
		case !isSet:
			return fmt.Sprintf("${%s}: %s is not set in the environment of Coldbrook", reference, name),
				fmt.Sprintf("set it, or say what to take without it: ${env:%s:-text}", name)
		case isText:
			return badReferences(value, allowed)
		}
		return "", ""
	}
	if slices.Contains(allowed, reference) {
		return "", ""
	}
	for _, room := range referenceRooms {
		if strings.HasPrefix(reference, room) {
			return fmt.Sprintf("there is no ${%s}", reference) + elsewhere(reference, allowed), referenceChoice(reference, allowed)
		}
	}
	return "", ""
}

// elsewhere says that a reference is known, and not here.
func elsewhere(reference string, allowed []string) string {
	if slices.Contains(referencesOfFunctions, reference) && !slices.Contains(allowed, reference) {
		return " of a process"
	}
	return ""
}

// badReferences is badReference for the first bad one in value.
func badReferences(value string, allowed []string) (message, advice string) {
	replaceReferences(value, func(reference string) string {
		if message == "" {
			message, advice = badReference(reference, allowed)
		}
		return ""
	})
	return message, advice
}

// referenceChoice is the hint for a reference that does not exist.
func referenceChoice(reference string, allowed []string) string {
	if near := DidYouMean(reference, allowed); near != "" {
		return "did you mean ${" + near + "}?"
	}
	return "there are ${" + strings.Join(allowed, "}, ${") + "} and ${env:NAME}"
}

// strayReferences are sentences about ${...} in value that are not ours and stay as they
// are, with what was probably meant.
func strayReferences(value string) []string {
	var all []string
	replaceReferences(value, func(reference string) string {
		if text, isSet, isText, ok := fromEnviron(reference); ok {
			if isSet && isText {
				all = append(all, strayReferences(text)...)
			}
			return ""
		}
		if !slices.Contains(referencesOfFunctions, reference) {
			all = append(all, fmt.Sprintf("${%s} stays as it is: %s", reference, probablyMeant(reference)))
		}
		return ""
	})
	return all
}

// probablyMeant is the hint for a reference that is not ours.
func probablyMeant(reference string) string {
	if near := DidYouMean(reference, referencesOfFunctions); near != "" {
		return "did you mean ${" + near + "}?"
	}
	name := reference
	if len(reference) > 4 && strings.EqualFold(reference[:3], "env") && !variableName.MatchString(reference[3:4]) {
		name = strings.TrimSpace(reference[4:]) // env.NAME, ENV:NAME
	}
	if variableName.MatchString(name) {
		return fmt.Sprintf("${env:%s} is the variable of Coldbrook's own environment", name)
	}
	return "only " + strings.TrimPrefix(referenceChoice(reference, referencesOfFunctions), "there are ") + " are replaced"
}

// expand fills the references in. known are those that are filled in beside ${env:NAME};
// others stay, and so does a variable that is not set, which badReference finds before.
func expand(value string, known map[string]string) string {
	return replaceReferences(value, func(reference string) string {
		if text, isSet, isText, ok := fromEnviron(reference); ok && isSet {
			if isText {
				return expand(text, known)
			}
			return text
		}
		if text, ok := known[reference]; ok {
			return text
		}
		return "${" + reference + "}"
	})
}

// references are what references stand for that is the same for all; what there is not, as
// the Invoke API in virtual time, is left out.
func (e *Emulator) references() map[string]string {
	if address := e.InvokeAddr(); address != "" {
		return map[string]string{referenceInvoke: "http://" + address}
	}
	return map[string]string{}
}
