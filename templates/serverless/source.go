package serverless

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// What stands in for an account and a place of the cloud. The account is the one that
// package emulator gives its functions.
const (
	account       = "123456789012"
	defaultRegion = "us-east-1"
	defaultStage  = "dev" // the framework's
)

// remote are sources that only a service elsewhere can answer.
var remote = []string{"cf", "ssm", "s3", "aws", "output", "vault", "terraform", "doppler", "secretsmanager", "git"}

// isRemote says that a source, which may have a region behind a dot, is elsewhere.
func isRemote(source string) bool {
	name, _, _ := strings.Cut(source, ".")
	return slices.Contains(remote, name)
}

// source looks an address up in a source.
func (r *resolver) source(c *choice, at tree.Place, address string, last bool) *tree.Node {
	switch c.source {
	case "self":
		return r.self(address, at)
	case "env":
		return r.env(address, at)
	case "opt":
		return r.option(address, at, last)
	case "param":
		return r.param(address, at)
	case "sls":
		if address == "stage" {
			return r.made(r.stage(), at)
		}
		return r.made("coldbrook", at) // instanceId, which differs from run to run
	case "file":
		return r.included(c, address, at)
	case "strToBool":
		return r.boolean(c, at)
	case "aws":
		if v, ok := r.cloud(address); ok {
			return r.made(v, at)
		}
	}
	return r.elsewhere(c, address, at)
}

// elsewhere is a value that has to be given.
func (r *resolver) elsewhere(c *choice, address string, at tree.Place) *tree.Node {
	argument := scalarOf(r.fill(c.argument, at))
	name := cmp.Or(lastName(address), lastName(argument), c.source)
	for _, given := range []string{c.written, c.source + ":" + address, name} {
		if v, ok := r.options.Parameters[given]; ok {
			return r.made(v, at)
		}
	}
	why := "is a source that is not known here"
	switch {
	case c.source == "git":
		why = "is asked of git, which is not run"
	case isRemote(c.source):
		why = "is known in the cloud only"
	}
	return r.lacking(at, unknown("${"+c.written+"}", name, why))
}

// self looks up a value of the file itself, whichever file it is asked from.
func (r *resolver) self(address string, at tree.Place) *tree.Node {
	if address == "" {
		return r.root
	}
	v := r.get(r.root, strings.Split(address, ".")...)
	if v != nil {
		return v
	}
	switch address {
	case "provider.stage":
		return r.made(r.stage(), at)
	case "provider.region":
		return r.made(r.region(), at)
	}
	return r.lacking(at, wrong(lastName(address), fmt.Sprintf("${self:%s} is not in %s", address, r.root.At.File), ""))
}

// env looks up a variable of the environment, or of the file .env.
func (r *resolver) env(name string, at tree.Place) *tree.Node {
	if r.options.Getenv != nil {
		if v, ok := r.options.Getenv(name); ok {
			n := r.made(v, at)
			r.environs[n] = "${env:" + name + "}"
			return n
		}
	}
	if v, ok := r.dotenv.lookup(r, name); ok {
		if !slices.Contains(r.ofFile, name) {
			r.ofFile = append(r.ofFile, name)
		}
		return r.made(v, at)
	}
	return r.lacking(at, &lack{verdict: plan.NeedsValue, name: name, why: name + " is not set in the environment", advice: fmt.Sprintf("%s=VALUE coldbrook ...", name)})
}

// option looks up an option of the framework's command line.
func (r *resolver) option(name string, at tree.Place, last bool) *tree.Node {
	if v, ok := r.given(name); ok {
		return r.made(v, at)
	}
	// Deployments give it; without it the file may say nothing else of the stage.
	if last && name == "stage" {
		return r.made(r.stage(), at)
	}
	if last && name == "region" {
		return r.made(r.region(), at)
	}
	return r.lacking(at, unknown("${opt:"+name+"}", name, "is given on the command line only"))
}

// given is an option that was given.
func (r *resolver) given(name string) (string, bool) {
	v, ok := r.options.Parameters[name]
	switch {
	case name == "stage" && r.options.Stage != "":
		return r.options.Stage, true
	case name == "region" && r.options.Region != "":
		return r.options.Region, true
	}
	return v, ok
}

// stage is the stage of the deployment that is imitated: the one given, the one of the file,
// or dev.
func (r *resolver) stage() string {
	if v, ok := r.given("stage"); ok {
		return v
	}
	if r.staging {
		return defaultStage
	}
	r.staging = true
	v := r.get(r.root, "provider", "stage")
	r.staging = false
	if v.IsScalar() && r.lack(v) == nil {
		return v.Scalar
	}
	return defaultStage
}

// region is the one given, the one of the file, or us-east-1.
func (r *resolver) region() string {
	if v, ok := r.given("region"); ok {
		return v
	}
	if r.regioning {
		return defaultRegion
	}
	r.regioning = true
	v := r.get(r.root, "provider", "region")
	r.regioning = false
	if v.IsScalar() && r.lack(v) == nil {
		return v.Scalar
	}
	return defaultRegion
}

// param looks up a parameter: one that was given, one of the stage, or the default one.
// Version 3 has them under params, version 4 under stages.
func (r *resolver) param(name string, at tree.Place) *tree.Node {
	if v, ok := r.options.Parameters[name]; ok {
		return r.made(v, at)
	}
	stage := r.stage()
	for _, path := range [][]string{
		{"stages", stage, "params", name}, {"params", stage, name},
		{"stages", "default", "params", name}, {"params", "default", name},
	} {
		if v := r.get(r.root, path...); v != nil && v.Kind != tree.Null {
			return v
		}
	}
	return r.lacking(at, unknown("${param:"+name+"}", name, fmt.Sprintf("is not among the params of stage %q", stage)))
}

// boolean is strToBool(text), which takes what its documentation names.
func (r *resolver) boolean(c *choice, at tree.Place) *tree.Node {
	v := r.fill(c.argument, at)
	if v == nil || r.lack(v) != nil {
		return v
	}
	switch strings.ToLower(strings.Trim(v.Scalar, `'"`)) {
	case "true", "1":
		return &tree.Node{Kind: tree.Bool, Scalar: "true", At: at}
	case "false", "0", "null", "":
		return &tree.Node{Kind: tree.Bool, Scalar: "false", At: at}
	}
	return r.lacking(at, wrong(v.Scalar, fmt.Sprintf("%q is neither true nor false", v.Scalar), ""))
}

// cloud is what stands in for a fact of the account.
func (r *resolver) cloud(name string) (string, bool) {
	switch name {
	case "region":
		return r.region(), true
	case "accountId":
		return account, true
	case "partition":
		return "aws", true
	}
	return "", false
}
