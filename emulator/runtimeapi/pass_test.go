package runtimeapi

import (
	"slices"
	"testing"
)

func TestWhatIsPassedOn(t *testing.T) {
	environ := []string{"PATH=/bin", "AWS_ENDPOINT_URL=http://s", "AWS_ENDPOINT_URL_S3=http://s3", "AWS_ENDPOINT_URL_LAMBDA=http://l",
		"AWS_ENDPOINT_URLS=no", "AWS_PROFILE=real", "AWS_RETRY_MODE=standard", "AWS_LAMBDA_FUNCTION_NAME=outer", "LAMBDA_X=1",
		"KAFKA_BOOTSTRAP_SERVERS=real:9092", "COLDBROOK_KAFKA=x"}
	for _, c := range []struct {
		names, more, want []string
	}{
		{want: []string{"AWS_ENDPOINT_URL=http://s", "AWS_ENDPOINT_URL_S3=http://s3", "AWS_ENDPOINT_URL_LAMBDA=http://l"}},
		{more: []string{"COLDBROOK_INSTANCE=/outer"}, want: []string{"AWS_ENDPOINT_URL=http://s", "AWS_ENDPOINT_URL_S3=http://s3"}},
		{names: []string{"AWS_RETRY_*", "LAMBDA_X", "PATH"}, want: []string{"AWS_ENDPOINT_URL=http://s", "AWS_ENDPOINT_URL_S3=http://s3",
			"AWS_ENDPOINT_URL_LAMBDA=http://l", "AWS_RETRY_MODE=standard", "LAMBDA_X=1"}},
		{names: []string{"AWS_L*", "K*", "C*"}, want: []string{"AWS_ENDPOINT_URL=http://s", "AWS_ENDPOINT_URL_S3=http://s3", "AWS_ENDPOINT_URL_LAMBDA=http://l"}},
	} {
		if got := passedOn(append(environ[:len(environ):len(environ)], c.more...), c.names); !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.names, got, c.want)
		}
	}
}

// TestPassedVariablesReachTheHandler: what is passed takes the place of dummies, and what
// the user sets wins over it.
func TestPassedVariablesReachTheHandler(t *testing.T) {
	t.Setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:4566")
	t.Setenv("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:4566")
	t.Setenv("AWS_PROFILE", "real")
	c := goConfig(t)
	c.Env = []string{"AWS_ENDPOINT_URL_SQS=http://mine"}
	e := launch(t, c)
	for name, want := range map[string]string{"AWS_ENDPOINT_URL_S3": `"http://127.0.0.1:4566"`, "AWS_ENDPOINT_URL_SQS": `"http://mine"`,
		"AWS_PROFILE": `""`, "AWS_ACCESS_KEY_ID": `"coldbrook"`} {
		if got := e.succeeds(`{"do":"env","name":"` + name + `"}`); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	c.Pass = []string{"AWS_PROFILE"}
	e = launch(t, c)
	for name, want := range map[string]string{"AWS_PROFILE": `"real"`, "AWS_ACCESS_KEY_ID": `""`, "AWS_SESSION_TOKEN": `""`} {
		if got := e.succeeds(`{"do":"env","name":"` + name + `"}`); got != want {
			t.Errorf("passed, %s: got %s, want %s", name, got, want)
		}
	}
}
