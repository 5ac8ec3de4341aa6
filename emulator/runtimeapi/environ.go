package runtimeapi

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator/function"
)

// reserved are the variables a function cannot set on AWS (page
// configuration-envvars). Region and credentials are reserved there, too; here
// they may be set, so that real ones can be passed on by name.
var reserved = map[string]bool{
	"_HANDLER": true, "_X_AMZN_TRACE_ID": true, "AWS_EXECUTION_ENV": true,
	"AWS_LAMBDA_FUNCTION_NAME": true, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": true, "AWS_LAMBDA_FUNCTION_VERSION": true,
	"AWS_LAMBDA_INITIALIZATION_TYPE": true, "AWS_LAMBDA_LOG_GROUP_NAME": true, "AWS_LAMBDA_LOG_STREAM_NAME": true,
	"AWS_LAMBDA_RUNTIME_API": true, "AWS_LAMBDA_MAX_CONCURRENCY": true, "AWS_LAMBDA_METADATA_API": true,
	"AWS_LAMBDA_METADATA_TOKEN": true, "LAMBDA_TASK_ROOT": true, "LAMBDA_RUNTIME_DIR": true,
}

// inherited is the environment of this program without what must not reach a
// handler by accident: cloud credentials and settings, and an outer runtime's.
func inherited(environ []string) []string {
	var kept []string
	for _, variable := range environ {
		if key, _, _ := strings.Cut(variable, "="); !isPrivate(key) {
			kept = append(kept, variable)
		}
	}
	return kept
}

// isPrivate says that a variable of this program is kept from handlers unless it is named.
func isPrivate(key string) bool {
	upper := strings.ToUpper(key) // they are case-insensitive on Windows
	private := upper == "_HANDLER" || upper == "_X_AMZN_TRACE_ID" || upper == "KAFKA_BOOTSTRAP_SERVERS"
	for _, prefix := range []string{"AWS_", "LAMBDA_", "COLDBROOK_"} {
		private = private || strings.HasPrefix(upper, prefix)
	}
	return private
}

// environ is the whole environment of a runtime: this program's, then the
// platform's, then what is passed on by name, then the user's; the last one counts.
func (e *environment) environ(address string) []string {
	c := e.config
	passed := passedOn(os.Environ(), c.Pass)
	vars := append(inherited(os.Environ()),
		"TMPDIR="+e.dir.temp(), "TMP="+e.dir.temp(), "TEMP="+e.dir.temp(),
		"LANG=en_US.UTF-8", "TZ=:UTC",
		"KAFKA_BOOTSTRAP_SERVERS="+e.spec.Kafka,
		"AWS_REGION="+c.Region, "AWS_DEFAULT_REGION="+c.Region,
		"AWS_XRAY_CONTEXT_MISSING=LOG_ERROR", "AWS_XRAY_DAEMON_ADDRESS=127.0.0.1:2000",
		"AWS_LAMBDA_LOG_FORMAT=Text",
	)
	vars = append(vars, c.layerVariables()...)
	vars = slices.Concat(vars, dummies(passed), passed)
	for _, variable := range c.Env {
		vars = append(vars, strings.ReplaceAll(variable, "${kafka.bootstrap}", e.spec.Kafka))
	}
	vars = append(vars,
		"_HANDLER="+c.Handler,
		"AWS_LAMBDA_RUNTIME_API="+address,
		"AWS_LAMBDA_FUNCTION_NAME="+c.FunctionName,
		fmt.Sprintf("AWS_LAMBDA_FUNCTION_MEMORY_SIZE=%d", c.Memory>>20),
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_INITIALIZATION_TYPE="+cmp.Or(e.spec.Initialization, "on-demand"),
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/"+c.FunctionName,
		"AWS_LAMBDA_LOG_STREAM_NAME="+e.logStream(),
		"LAMBDA_TASK_ROOT="+c.Code,
		"LAMBDA_RUNTIME_DIR="+e.dir.runtime(),
	)
	vars = append(vars, c.pythonPath()...)
	if c.Module != "" {
		vars = append(vars, "COLDBROOK_MODULE="+c.Module) // the bootstrap takes it out again
	}
	if !osOnly(c.Runtime) {
		vars = append(vars, "AWS_EXECUTION_ENV=AWS_Lambda_"+c.Runtime)
	}
	return vars
}

// logStream names the stream as AWS does: date, version, 32 hexadecimal digits.
func (e *environment) logStream() string {
	return time.Now().UTC().Format("2006/01/02") + "/[$LATEST]" + identity(e.spec)
}

// identity is 32 hexadecimal digits that name an environment, the same in every
// run.
func identity(spec function.Spec) string {
	name := fmt.Appendf(nil, "%s/%d", spec.Function, spec.Environment)
	if spec.Environment == 0 { // a trial's
		name = fmt.Appendf(name, "/r%d", spec.Revision)
	}
	sum := sha256.Sum256(name)
	return hex.EncodeToString(sum[:16])
}

// initID is the request id that errors of an init carry.
func initID(spec function.Spec) string {
	id := identity(spec)
	return id[:8] + "-" + id[8:12] + "-4" + id[13:16] + "-8" + id[17:20] + "-" + id[20:]
}
