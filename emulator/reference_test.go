package emulator

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestReferencesAreFilledIn(t *testing.T) {
	t.Setenv("COLOUR", "blue")
	t.Setenv("EMPTY", "")
	t.Setenv("LIKE", "${function.name}")
	if err := os.Unsetenv("COLDBROOK_NOT_SET"); err != nil {
		t.Fatal(err)
	}
	known := map[string]string{referenceFunction: "ship", referenceKafka: "h:1"}
	for value, want := range map[string]string{
		"":                                                       "",
		"plain $ {x} $}":                                         "plain $ {x} $}",
		"${env:COLOUR}":                                          "blue",
		"a${env:COLOUR}b${env:COLOUR:-red}c":                     "abluebbluec",
		"${env:COLDBROOK_NOT_SET:-red}":                          "red",
		"${env:EMPTY}|${env:EMPTY:-red}":                         "|red",
		"${env:COLDBROOK_NOT_SET:-}":                             "",
		"${env:COLDBROOK_NOT_SET:-http://x:-1/}":                 "http://x:-1/",
		"${env:COLDBROOK_NOT_SET:-${kafka.bootstrap}}!":          "h:1!",
		"${env:COLOUR:-${kafka.bootstrap}}!":                     "blue!",
		"${env:COLDBROOK_NOT_SET:-${env:EMPTY:-${env:COLOUR}}}}": "blue}",
		"${env:LIKE}":                                            "${function.name}", // what a variable holds is not read again
		"${function.name}/${kafka.bootstrap}":                    "ship/h:1",
		"${HOME} ${AWS::Region} ${":                              "${HOME} ${AWS::Region} ${",
		"${env:COLDBROOK_NOT_SET}":                               "${env:COLDBROOK_NOT_SET}",
		"${a{b}":                                                 "${a{b}",
	} {
		if got := expand(value, known); got != want {
			t.Errorf("%s: got %q, want %q", value, got, want)
		}
	}
}

// What is not a reference of ours comes out as it went in, whatever it is.
func TestOtherTextStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"$", "{", "}", "${", "a", ":-", ":", " "})).Draw(t, "pieces"), "")
		if got := expand(value, nil); got != value {
			t.Errorf("got %q of %q", got, value)
		}
	})
}

func TestBadReferences(t *testing.T) {
	t.Setenv("COLOUR", "blue")
	if err := os.Unsetenv("COLDBROOK_NOT_SET"); err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]string{
		"${env:COLOUR} ${HOME} ${AWS::Region}":        "",
		"${env:COLDBROOK_NOT_SET:-x}":                 "",
		"${env:COLOUR:-${kafka.nothing}}":             "", // not taken
		"x${env:COLDBROOK_NOT_SET}":                   "${env:COLDBROOK_NOT_SET}: COLDBROOK_NOT_SET is not set in the environment of Coldbrook; set it, or say what to take without it: ${env:COLDBROOK_NOT_SET:-text}",
		"${env:}":                                     `"" is not a name for an environment variable; write ${env:NAME}, or ${env:NAME:-text}`,
		"${env:A B}":                                  `"A B" is not a name for an environment variable; write ${env:NAME}, or ${env:NAME:-text}`,
		"${function.nam}":                             "there is no ${function.nam}; did you mean ${function.name}?",
		"${invoke.port}":                              "there is no ${invoke.port}; there are ${function.name}, ${invoke.endpoint}, ${kafka.bootstrap} and ${env:NAME}",
		"${env:COLDBROOK_NOT_SET:-${kafka.bootstap}}": "there is no ${kafka.bootstap}; did you mean ${kafka.bootstrap}?",
	} {
		message, advice := badReferences(value, referencesOfFunctions)
		if got := strings.TrimSuffix(message+"; "+advice, "; "); got != want {
			t.Errorf("%s:\n\tgot  %s\n\twant %s", value, got, want)
		}
	}
	if message, _ := badReferences("${function.name}", referencesOfProcesses); message != "there is no ${function.name} of a process" {
		t.Errorf("of a process: got %q", message)
	}
}

func TestStrayReferencesSayWhatWasMeant(t *testing.T) {
	t.Setenv("COLOUR", "")
	for value, want := range map[string][]string{
		"${kafka.bootstrap} ${env:COLOUR}": nil,
		"${env.HOME}":                      {"${env.HOME} stays as it is: ${env:HOME} is the variable of Coldbrook's own environment"},
		"${ENV:HOME}":                      {"${ENV:HOME} stays as it is: ${env:HOME} is the variable of Coldbrook's own environment"},
		"${kafkaBootstrap}":                {"${kafkaBootstrap} stays as it is: did you mean ${kafka.bootstrap}?"},
		"${Function.name}":                 {"${Function.name} stays as it is: did you mean ${function.name}?"},
		"${AWS::Region}":                   {"${AWS::Region} stays as it is: only ${function.name}, ${invoke.endpoint}, ${kafka.bootstrap} and ${env:NAME} are replaced"},
		"${env:COLOUR:-${HOME}}":           {"${HOME} stays as it is: ${env:HOME} is the variable of Coldbrook's own environment"},
	} {
		if got := strayReferences(value); !slices.Equal(got, want) {
			t.Errorf("%s:\n\tgot  %q\n\twant %q", value, got, want)
		}
	}
}

func TestReferencesInAnEnvFile(t *testing.T) {
	t.Setenv("COLOUR", "blue")
	if err := os.Unsetenv("COLDBROOK_NOT_SET"); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	e := &Emulator{cfg: Config{Dir: dir}}
	f := &Function{Name: "ship", EnvFile: "ship.env", Env: map[string]string{"WHO": "${function.name}"}}
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "ship.env"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("# of the shop\nexport A='${env:COLOUR}'\nB=${kafka.bootstrap}\n")
	got, err := e.environment(f)
	if want := []string{"A=blue", "B=${kafka.bootstrap}", "WHO=ship"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	write("A=1\nB=x${env:COLDBROOK_NOT_SET}\n")
	_, err = e.environment(f)
	hinted, ok := errors.AsType[*hintedError](err)
	want := filepath.ToSlash(dir) + `/ship.env:2: B: ${env:COLDBROOK_NOT_SET}: COLDBROOK_NOT_SET is not set in the environment of Coldbrook`
	if !ok || hinted.text != want || hinted.hint == "" {
		t.Errorf("got %v\nwant %s, with a hint", err, want)
	}
}

func TestPassEnvIsChecked(t *testing.T) {
	c := Config{PassEnv: []string{"AWS_PROFILE", "*", "A-B"}, Functions: []Function{{Name: "ship", Runtime: "provided.al2023", Code: ".",
		PassEnv: []string{"_HANDLER", "KAFKA_BOOTSTRAP_SERVERS", "COLDBROOK_*", "AWS_*", "STAGE"}}}}
	var got []string
	for _, err := range c.Validate().(interface{ Unwrap() []error }).Unwrap() {
		got = append(got, err.Error())
	}
	want := []string{
		"functions.ship.passEnv[0]: _HANDLER is reserved: only the platform sets it",
		"functions.ship.passEnv[1]: KAFKA_BOOTSTRAP_SERVERS is Coldbrook's own: handlers get theirs",
		"functions.ship.passEnv[2]: COLDBROOK_* is Coldbrook's own: handlers get theirs",
		`passEnv[1]: "*" is not a name for an environment variable`,
		`passEnv[2]: "A-B" is not a name for an environment variable`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
	warnings := c.Warnings()
	for _, want := range []string{
		"passEnv[0]: handlers get credentials of yours instead of dummies: what they do may be real",
		"functions.ship.passEnv[3]: handlers get credentials of yours instead of dummies: what they do may be real",
	} {
		if !slices.Contains(warnings, want) {
			t.Errorf("got %q, want %q among them", warnings, want)
		}
	}
}
