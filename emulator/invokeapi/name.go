package invokeapi

import (
	"cmp"
	"net/http"
	"regexp"
	"strings"
)

// latest is the one version that there is.
const latest = "$LATEST"

// maxName is the longest that a name in any form may be.
const maxName = 256

// namePattern is NamespacedFunctionName of the API model, and nameForm the same
// with its parts: partition, region, account, name, qualifier.
const namePattern = `(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`

var nameForm = regexp.MustCompile(`^(?:arn:(aws[a-zA-Z-]*)?:lambda:)?` +
	`(?:([a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?(?:(\d{12}):)?(?:function:)?` +
	`([a-zA-Z0-9_.-]+)(?::(\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9_-]+))?$`)

// qualifierPattern is NumericLatestPublishedOrAliasQualifier of the API model.
const qualifierPattern = `\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+`

var qualifierForm = regexp.MustCompile(`^[a-zA-Z0-9_$-]+$|^\$LATEST\.PUBLISHED$`)

// resolve returns the function that a name in one of its forms stands for: the
// plain name, an ARN, a partial ARN, account:function:NAME, each perhaps with a
// qualifier behind it.
func (s *Server) resolve(given, qualifier string) (Function, *Error) {
	name, e := s.plainName(given, qualifier)
	if e != nil {
		return Function{}, e
	}
	functions := s.platform.Functions()
	for _, f := range functions {
		if f.Name == name {
			return f, nil
		}
	}
	if name == standIn && len(functions) == 1 {
		return functions[0], nil
	}
	return Function{}, s.noFunction(name)
}

// standIn is the name of the one function of the runtime interface emulator
// (platforms.md 3).
const standIn = "function"

// noFunction says that there is no such function in our account.
func (s *Server) noFunction(name string) *Error {
	return refuse(http.StatusNotFound, notFound, textNoFunction, s.arns+name)
}

// plainName takes a name apart, and refuses what is not of this account and
// region, or not the version that there is.
func (s *Server) plainName(given, qualifier string) (string, *Error) {
	parts := nameForm.FindStringSubmatch(given)
	switch {
	case len(given) > maxName:
		return "", refuse(http.StatusBadRequest, validationFailed, textTooLong, given[:maxName]+"...", "functionName", maxName)
	case parts == nil:
		return "", refuse(http.StatusBadRequest, validationFailed, textNoPattern, given, "functionName", namePattern)
	case qualifier != "" && !qualifierForm.MatchString(qualifier):
		return "", refuse(http.StatusBadRequest, validationFailed, textNoPattern, qualifier, "qualifier", qualifierPattern)
	}
	version := cmp.Or(parts[5], qualifier)
	if parts[5] != "" && qualifier != "" && parts[5] != qualifier {
		return "", refuse(http.StatusBadRequest, invalidParameter, textQualifiers)
	}
	// arn:aws:lambda:REGION:ACCOUNT:function:
	full, name := strings.Split(s.arns, ":"), parts[4]
	full[1], full[3], full[4] = cmp.Or(parts[1], full[1]), cmp.Or(parts[2], full[3]), cmp.Or(parts[3], full[4])
	if whose := strings.Join(full, ":"); whose != s.arns {
		return "", refuse(http.StatusNotFound, notFound, textNoFunction, whose+name)
	}
	if version != "" && version != latest {
		return "", s.noFunction(name + ":" + version)
	}
	return name, nil
}
