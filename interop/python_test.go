package interop

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// waitMax is how long a client may take to come to an end.
const waitMax = time.Minute

// environment is what a user sets: any credentials do, and no file of this machine
// is read.
func environment(t *testing.T) []string {
	dir := t.TempDir()
	env := append(os.Environ(), "AWS_ACCESS_KEY_ID=any", "AWS_SECRET_ACCESS_KEY=any", "AWS_DEFAULT_REGION=us-east-1", "AWS_PAGER=",
		"AWS_CONFIG_FILE="+filepath.Join(dir, "config"), "AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(dir, "credentials"),
		"AWS_MAX_ATTEMPTS=1", "PYTHONDONTWRITEBYTECODE=1", "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
	return env
}

// python is an interpreter that has boto3.
func python(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("COLDBROOK_TEST_PYTHON"), "python3", "python"} {
		if name != "" && exec.Command(name, "-c", "import boto3").Run() == nil {
			return name
		}
	}
	t.Skip("no Python with boto3 found: pip install boto3, or name one in COLDBROOK_TEST_PYTHON")
	return ""
}

func runPython(t *testing.T, script, endpoint string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), python(t), filepath.Join("testdata", script), endpoint)
	cmd.Env = environment(t)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), "ok") {
		t.Errorf("%s: %v\n%s", script, err, out)
	}
}

func TestBoto3Describes(t *testing.T) { runPython(t, "describe.py", start(t)) }
func TestBoto3Invokes(t *testing.T)   { runPython(t, "invoke.py", start(t)) }

// awsCLI runs the AWS CLI in a folder and returns what it printed, and whether it
// succeeded.
func awsCLI(t *testing.T, dir, endpoint string, args ...string) (string, bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "aws", append([]string{"--endpoint-url", endpoint, "lambda"}, args...)...)
	cmd.Dir, cmd.Env = dir, environment(t)
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// payload is the option for an event: version 2 of the CLI takes it for base64.
func payload(t *testing.T, text string) []string {
	t.Helper()
	out, err := exec.Command("aws", "--version").CombinedOutput()
	if err != nil {
		t.Skip("no AWS CLI found")
	}
	if strings.HasPrefix(string(out), "aws-cli/1") {
		return []string{"--payload", text}
	}
	return []string{"--cli-binary-format", "raw-in-base64-out", "--payload", text}
}

func TestAWSCLIDescribes(t *testing.T) {
	given := payload(t, "{")
	endpoint, dir := start(t), t.TempDir()
	if out, ok := awsCLI(t, dir, endpoint, "list-functions", "--query", "Functions[].FunctionName", "--output", "text"); !ok || strings.TrimSpace(out) != "echo\tfail\tslow\tbig\toff" {
		t.Errorf("got %s", out)
	}
	if out, ok := awsCLI(t, dir, endpoint, "get-function", "--function-name", "echo", "--query", "Configuration.FunctionArn", "--output", "text"); !ok || strings.TrimSpace(out) != arn {
		t.Errorf("got %s", out)
	}
	if out, ok := awsCLI(t, dir, endpoint, "get-function", "--function-name", "ehco"); ok ||
		!strings.Contains(out, "(ResourceNotFoundException) when calling the GetFunction operation: Function not found: arn:aws:lambda:us-east-1:123456789012:function:ehco") {
		t.Errorf("got %s", out)
	}
	args := append([]string{"invoke", "--function-name", "echo", "out.json"}, given...)
	if out, ok := awsCLI(t, dir, endpoint, args...); ok || !strings.Contains(out, "(InvalidRequestContentException) when calling the Invoke operation") {
		t.Errorf("got %s", out)
	}
}

func TestAWSCLIInvokes(t *testing.T) {
	given := payload(t, `{"id": 1}`)
	endpoint, dir := start(t), t.TempDir()
	args := append([]string{"invoke", "--function-name", "echo", "--log-type", "Tail", "out.json"}, given...)
	if out, ok := awsCLI(t, dir, endpoint, args...); !ok || !strings.Contains(out, `"StatusCode": 200`) || !strings.Contains(out, `"ExecutedVersion": "$LATEST"`) {
		t.Errorf("got %s", out)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "out.json")); err != nil || string(got) != `{"id": 1}` {
		t.Errorf("got %s, %v", got, err)
	}
	if out, ok := awsCLI(t, dir, endpoint, "invoke", "--function-name", "fail", "out.json"); !ok || !strings.Contains(out, `"FunctionError": "Unhandled"`) {
		t.Errorf("got %s", out)
	}
	if out, ok := awsCLI(t, dir, endpoint, "invoke", "--function-name", "off", "out.json"); ok || !strings.Contains(out, "(TooManyRequestsException)") || !strings.Contains(out, "Rate Exceeded.") {
		t.Errorf("got %s", out)
	}
	if out, ok := awsCLI(t, dir, endpoint, "invoke", "--function-name", "echo", "--invocation-type", "Event", "out.json"); !ok || !strings.Contains(out, `"StatusCode": 202`) {
		t.Errorf("got %s", out)
	}
}
