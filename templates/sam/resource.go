package sam

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// Types of resources that are read.
const (
	serverlessFunction = "AWS::Serverless::Function"
	lambdaFunction     = "AWS::Lambda::Function"
)

// kind is what is known of a type of resource: the property that names it, and its ARN.
type kind struct {
	property string
	arn      string
	// refIsARN says that a Ref gives the ARN, not the name; only a cloud knows the end of
	// the ARN if it isOpen.
	refIsARN, isOpen bool
}

// kinds are the types whose names and ARNs occur in templates. As the CloudFormation user
// guide has them: "return values".
var kinds = map[string]kind{
	serverlessFunction:                     {property: "FunctionName", arn: "arn:aws:lambda:REGION:ACCOUNT:function:NAME"},
	lambdaFunction:                         {property: "FunctionName", arn: "arn:aws:lambda:REGION:ACCOUNT:function:NAME"},
	"AWS::SQS::Queue":                      {property: "QueueName", arn: "arn:aws:sqs:REGION:ACCOUNT:NAME"},
	"AWS::SNS::Topic":                      {property: "TopicName", arn: "arn:aws:sns:REGION:ACCOUNT:NAME", refIsARN: true},
	"AWS::S3::Bucket":                      {property: "BucketName", arn: "arn:aws:s3:::NAME"},
	"AWS::IAM::Role":                       {property: "RoleName", arn: "arn:aws:iam::ACCOUNT:role/NAME"},
	"AWS::Kinesis::Stream":                 {property: "Name", arn: "arn:aws:kinesis:REGION:ACCOUNT:stream/NAME"},
	"AWS::KinesisFirehose::DeliveryStream": {property: "DeliveryStreamName", arn: "arn:aws:firehose:REGION:ACCOUNT:deliverystream/NAME"},
	"AWS::DynamoDB::Table":                 {property: "TableName", arn: "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME"},
	"AWS::Serverless::SimpleTable":         {property: "TableName", arn: "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME"},
	"AWS::Events::EventBus":                {property: "Name", arn: "arn:aws:events:REGION:ACCOUNT:event-bus/NAME"},
	"AWS::Logs::LogGroup":                  {property: "LogGroupName", arn: "arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*"},
	"AWS::SSM::Parameter":                  {property: "Name"},
	"AWS::MSK::Topic":                      {property: "TopicName"},
	"AWS::MSK::Cluster":                    {property: "ClusterName", arn: "arn:aws:kafka:REGION:ACCOUNT:cluster/NAME", refIsARN: true, isOpen: true},
	"AWS::MSK::ServerlessCluster":          {property: "ClusterName", arn: "arn:aws:kafka:REGION:ACCOUNT:cluster/NAME", refIsARN: true, isOpen: true},
	"AWS::SecretsManager::Secret":          {property: "Name", arn: "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME", refIsARN: true, isOpen: true},
	"AWS::Serverless::StateMachine":        {property: "Name", arn: "arn:aws:states:REGION:ACCOUNT:stateMachine:NAME", refIsARN: true},
	"AWS::StepFunctions::StateMachine":     {property: "StateMachineName", arn: "arn:aws:states:REGION:ACCOUNT:stateMachine:NAME", refIsARN: true},
	"AWS::Lambda::Alias":                   {property: "FunctionName", arn: "NAME", refIsARN: true},
	"AWS::Lambda::Version":                 {property: "FunctionName", arn: "NAME", refIsARN: true},
}

func typeOf(resource *tree.Node) string {
	if t := resource.Get("Type"); t.IsScalar() {
		return t.Scalar
	}
	return ""
}

func isFunction(resource *tree.Node) bool {
	t := typeOf(resource)
	return t == serverlessFunction || t == lambdaFunction
}

// refTo is what a Ref of a resource gives: its name or ARN, by the CloudFormation user
// guide; for other types the logical ID.
func (e *evaluator) refTo(at tree.Place, id string, resource *tree.Node) *tree.Node {
	k, known := kinds[typeOf(resource)]
	switch {
	case known && k.refIsARN:
		return e.attributeOf(at, id, resource, "Arn")
	case typeOf(resource) == "AWS::SQS::Queue":
		return e.attributeOf(at, id, resource, "QueueUrl")
	case known:
		return e.nameOf(at, id, resource)
	}
	return e.text(at, id)
}

// nameOf is the name of a resource: that which it is given, or the logical ID, which stands
// for one that CloudFormation makes up.
func (e *evaluator) nameOf(at tree.Place, id string, resource *tree.Node) *tree.Node {
	property := kinds[typeOf(resource)].property
	given := resource.Get("Properties").Get(property)
	if given == nil {
		if typeOf(resource) == "AWS::S3::Bucket" {
			return e.text(at, strings.ToLower(id))
		}
		return e.text(at, id)
	}
	if !e.enter(at, id) {
		return e.brokenAt(given)
	}
	defer e.leave()
	v := e.value(given)
	switch _, yes := e.isOpen(v); {
	case e.isBroken(v):
		return v
	case v.IsScalar() && !(yes && isFunction(resource)) && !(isFunction(resource) && !functionName.MatchString(v.Scalar)):
		return v
	}
	return e.text(at, id)
}

// attributeOf is an attribute of a resource, as far as it can be known.
func (e *evaluator) attributeOf(at tree.Place, id string, resource *tree.Node, attribute string) *tree.Node {
	k, known := kinds[typeOf(resource)]
	if !known {
		return e.unknownAttribute(at, id, attribute)
	}
	name := e.nameOf(at, id, resource)
	if !name.IsScalar() {
		return name
	}
	pattern := ""
	switch {
	case attribute == "Arn" || attribute == "TopicArn":
		pattern = k.arn
	case attribute == k.property || attribute == "Name":
		pattern = "NAME"
	case attribute == "QueueUrl" && typeOf(resource) == "AWS::SQS::Queue":
		pattern = "https://sqs.REGION.amazonaws.com/ACCOUNT/NAME"
	case attribute == "Value" && typeOf(resource) == "AWS::SSM::Parameter":
		return e.valueOfParameter(at, id, resource)
	}
	switch {
	case pattern == "":
		return e.unknownAttribute(at, id, attribute)
	case strings.HasPrefix(name.Scalar, "arn:"): // that of a function, by an alias
		return name
	}
	made := strings.NewReplacer("REGION", e.region(), "ACCOUNT", account, "NAME", name.Scalar).Replace(pattern)
	if k.isOpen {
		return e.openText(at, made, open{reason: fmt.Sprintf("only a cloud knows the ARN of %s", id)})
	}
	return e.madeOf(at, made, name)
}

func (e *evaluator) unknownAttribute(at tree.Place, id, attribute string) *tree.Node {
	return e.openText(at, id+"."+attribute, open{reason: fmt.Sprintf("only a cloud knows %s of %s", attribute, id)})
}

// valueOfParameter is the value that a template gives an SSM parameter.
func (e *evaluator) valueOfParameter(at tree.Place, id string, resource *tree.Node) *tree.Node {
	given := resource.Get("Properties").Get("Value")
	if given == nil {
		return e.unknownAttribute(at, id, "Value")
	}
	if !e.enter(at, id) {
		return e.brokenAt(given)
	}
	defer e.leave()
	return e.value(given)
}

// functionName is what a function may be called: the API model's, as package emulator has
// it.
var functionName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
