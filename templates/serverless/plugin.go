package serverless

import (
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// plugins are the names of those that the file lists: a list, or a map with one as modules.
func (r *resolver) plugins() []*tree.Node {
	list := r.get(r.root, "plugins")
	if list.Is(tree.Map) {
		list = r.get(list, "modules")
	}
	if list == nil {
		return nil
	}
	var names []*tree.Node
	for _, item := range list.Items {
		if name := r.value(item); name.Is(tree.Text) {
			names = append(names, name)
		}
	}
	return names
}

// pluginGroup are plugins with what becomes of what they do. A name that ends with * stands
// for all that begin so.
type pluginGroup struct {
	verdict plan.Verdict
	text    string
	names   []string
}

func (g pluginGroup) has(name string) bool {
	return slices.ContainsFunc(g.names, func(known string) bool {
		prefix, open := strings.CutSuffix(known, "*")
		return known == name || open && strings.HasPrefix(name, prefix)
	})
}

var pluginGroups = []pluginGroup{
	{plan.Taken, "code runs from its sources", []string{
		"serverless-esbuild", "serverless-webpack", "serverless-plugin-typescript", "serverless-bundle", "serverless-jetpack", "serverless-rspack",
		"serverless-plugin-optimize", "serverless-vite*", "serverless-rollup*", "serverless-tsc*", "serverless-plugin-swc*", "serverless-package-python-functions",
		"serverless-plugin-common-excludes", "serverless-plugin-include-dependencies",
	}},
	{plan.Taken, "a virtual environment beside the code is found", []string{"serverless-python-requirements", "serverless-poetry*", "serverless-uv*"}},
	{plan.Taken, "Go programs are built with go build", []string{"serverless-go-plugin", "serverless-go-build", "serverless-golang*"}},
	{plan.Taken, "handlers get the file .env", []string{"serverless-dotenv-plugin"}},
	{plan.Dropped, "nothing to do on one machine", []string{
		"serverless-offline*", "serverless-prune-plugin", "serverless-domain-manager", "serverless-iam-roles-per-function", "serverless-plugin-warmup",
		"serverless-localstack", "serverless-plugin-tracing", "serverless-plugin-canary-deployments", "serverless-plugin-split-stacks", "serverless-pseudo-parameters",
		"serverless-apigw*", "serverless-api-gateway*", "serverless-plugin-resource-tagging", "serverless-deployment-bucket", "serverless-plugin-log-retention",
		"serverless-associate-waf", "serverless-plugin-aws-alerts", "serverless-better-credentials", "serverless-s3*", "serverless-plugin-lambda-insights",
		"serverless-plugin-lambda-dead-letter", "serverless-stack-termination-protection", "serverless-dependson-plugin", "serverless-latest-layer-version",
		"serverless-export-env", "serverless-openapi*", "serverless-vpc*", "serverless-provisioned-concurrency-autoscaling", "serverless-plugin-datadog",
		"serverless-plugin-log-subscription", "serverless-plugin-conditional-functions", "serverless-disable-functions", "serverless-create-global-dynamodb-table",
	}},
}

// tellPlugins says what becomes of the plugins, in one finding for each reason.
func (f *file) tellPlugins() {
	groups := make([][]*tree.Node, len(pluginGroups)+1)
	for _, name := range f.plugins() {
		if l := f.lack(name); l != nil {
			f.noteLack(l, name.At, "", "plugins")
			continue
		}
		i := slices.IndexFunc(pluginGroups, func(g pluginGroup) bool { return g.has(name.Scalar) })
		if i < 0 {
			i = len(pluginGroups)
		}
		groups[i] = append(groups[i], name)
	}
	for i, members := range groups {
		if len(members) == 0 {
			continue
		}
		var names []string
		for _, m := range members {
			names = append(names, short(m.Scalar))
		}
		verdict, text := plan.Dropped, "not run, and not known here"
		if i < len(pluginGroups) {
			verdict, text = pluginGroups[i].verdict, pluginGroups[i].text
		}
		f.plan.Add(verdict, members[0].At, "", "plugins", strings.Join(names, ", ")+": "+text, "")
	}
}
