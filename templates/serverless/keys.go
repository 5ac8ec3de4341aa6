package serverless

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// keysOf says what becomes of the keys of a part of the file: read ones are taken care of
// elsewhere or have nothing to do with what runs, cloud ones mean nothing on one machine.
type keysOf struct{ read, cloud []string }

var functionKeys = keysOf{
	read: []string{
		"handler", "runtime", "memorySize", "timeout", "environment", "events", "name", "reservedConcurrency", "provisionedConcurrency",
		"ephemeralStorageSize", "architecture", "layers", "onError", "deadLetter", "destinations", "maximumRetryAttempts", "maximumEventAge",
		"module", "package", "description",
	},
	cloud: []string{
		"role", "iam", "iamRoleStatements", "iamRoleStatementsName", "iamRoleStatementsInherit", "vpc", "vpcDiscovery", "tracing", "tags", "kmsKeyArn",
		"awsKmsKeyArn", "logRetentionInDays", "logDataProtectionPolicy", "disableLogs", "logs", "fileSystemConfig", "versionFunction", "versionFunctions",
		"condition", "dependsOn", "runtimeManagement", "snapStart", "url", "image", "warmup", "alarms", "deploymentSettings", "provisionedConcurrencyAutoscaling",
		"concurrencyAutoscaling", "build", "maximumConcurrency", "recursiveLoop", "durableConfig", "capacityProvider", "tenancy",
	},
}

var providerKeys = keysOf{
	read: []string{
		"name", "runtime", "memorySize", "timeout", "environment", "architecture", "stage", "region", "ephemeralStorageSize", "layers", "profile",
	},
	cloud: []string{
		"stackName", "apiName", "websocketsApiName", "websocketsApiRouteSelectionExpression", "websocketsDescription", "logRetentionInDays", "logDataProtectionPolicy",
		"kmsKeyArn", "deploymentBucket", "deploymentPrefix", "deploymentMethod", "lambdaHashingVersion", "ecr", "cloudFront", "versionFunctions", "endpointType",
		"apiGateway", "alb", "httpApi", "websocket", "stackTags", "tags", "iam", "iamRoleStatements", "iamManagedPolicies", "role", "rolePermissionsBoundary",
		"cfnRole", "vpc", "vpcOptions", "notificationArns", "stackParameters", "stackPolicy", "rollbackConfiguration", "tracing", "logs", "s3", "eventBridge",
		"apiKeys", "usagePlan", "resourcePolicy", "disableRollback", "disableDefaultOutputExportNames", "runtimeManagement", "credentials", "variableSyntax",
		"resolver", "snapStart", "endpoint", "accountId", "account", "capacityProviders", "recursiveLoop",
	},
}

var fileKeys = keysOf{
	read: []string{
		"service", "frameworkVersion", "configValidationMode", "useDotenv", "provider", "functions", "custom", "plugins", "package", "resources", "layers",
		"params", "stages", "variablesResolutionMode", "unresolvedVariablesNotificationMode", "deprecationNotificationMode", "disabledDeprecations",
		"enableLocalInstallationFallback", "org", "app", "tenant", "licenseKey", "console", "dashboard", "state", "description", "projectDir",
	},
	cloud: []string{"outputs", "stepFunctions", "appSync", "constructs", "build", "resolvers", "ai", "agents", "deploymentArtifact", "s3Sync"},
}

// told are the keys of a part that do not count, by the reason.
type told struct{ cloud, unknown []tree.Entry }

func (k *keysOf) tell(n *tree.Node) told {
	var t told
	if !n.Is(tree.Map) {
		return t
	}
	for _, e := range n.Entries {
		switch {
		case slices.Contains(k.read, e.Key):
		case slices.Contains(k.cloud, e.Key):
			t.cloud = append(t.cloud, e)
		default:
			t.unknown = append(t.unknown, e)
		}
	}
	return t
}

// dropped says it, in one finding for each reason.
func (f *file) dropped(t told, resource, prefix string) {
	for _, reason := range []struct {
		entries []tree.Entry
		text    string
	}{{t.cloud, "means nothing on one machine"}, {t.unknown, "is not known here"}} {
		if len(reason.entries) == 0 {
			continue
		}
		var names []string
		for _, e := range reason.entries {
			names = append(names, prefix+short(e.Key))
		}
		text := reason.text
		if len(names) > 1 {
			text = strings.NewReplacer("means", "mean", "is not", "are not").Replace(text)
		}
		f.plan.Add(plan.Dropped, reason.entries[0].At, resource, strings.Join(names, ", "), text, "")
	}
}

// keys says what becomes of all other keys of a function.
func (r *reading) keys() {
	r.dropped(functionKeys.tell(r.node), r.key, "")
}

// rest says what becomes of all other keys of the file.
func (f *file) rest() {
	f.dropped(providerKeys.tell(f.get(f.root, "provider")), "", "provider.")
	f.dropped(fileKeys.tell(f.root), "", "")
	f.tellPlugins()
	f.tellResources()
	if len(f.local) > 0 {
		slices.Sort(f.local)
		f.plan.Add(plan.Dropped, f.localAt, "", "events", strings.Join(slices.Compact(f.local), ", ")+": the local Kafka is the only one, and lets everybody in", "")
	}
	if len(f.ofFile) > 0 {
		slices.Sort(f.ofFile)
		f.plan.Add(plan.Changed, f.root.At, "", ".env", strings.Join(f.ofFile, ", ")+": taken as they are in .env now", "keep coldbrook.yaml out of git if one is a secret, or have envFile: name the file")
	}
}

// tellResources says what becomes of the resources: what is no event source mapping is of
// the cloud.
func (f *file) tellResources() {
	var names []string
	var first tree.Place
	for i := range f.resources {
		if res := &f.resources[i]; !slices.Contains(f.mapped, res.id) {
			if names = append(names, res.id); len(names) == 1 {
				first = res.at
			}
		}
	}
	if n := len(names); n > 0 {
		const most = 5
		if n > most {
			names = append(names[:most], fmt.Sprintf("and %d more", n-most))
		}
		f.plan.Add(plan.Dropped, first, "", "resources", strings.Join(names, ", ")+": of the cloud", "")
	}
}
