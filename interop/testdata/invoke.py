import base64
import json

from common import client, refused

answer = client.invoke(FunctionName="echo", Payload=json.dumps({"id": 1}), LogType="Tail",
                       ClientContext=base64.b64encode(b'{"custom": {"a": "b"}}').decode())
assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST"), answer
assert "FunctionError" not in answer and json.load(answer["Payload"]) == {"id": 1}, answer
base64.b64decode(answer["LogResult"])

answer = client.invoke(FunctionName="fail")
document = json.load(answer["Payload"])
assert answer["FunctionError"] == "Unhandled" and document["errorMessage"] == "told to fail", document
answer = client.invoke(FunctionName="slow")
document = json.load(answer["Payload"])
assert document["errorType"] == "Sandbox.Timedout" and document["errorMessage"].endswith("Task timed out after 1.00 seconds"), document

response = refused(429, "TooManyRequestsException", "Rate Exceeded.", client.invoke, FunctionName="off")
assert response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded", response

assert client.invoke(FunctionName="echo", InvocationType="Event", Payload=b"{}")["StatusCode"] == 202
assert client.invoke(FunctionName="echo", InvocationType="DryRun")["StatusCode"] == 204
assert client.invoke_async(FunctionName="echo", InvokeArgs=b"{}")["Status"] == 202
refused(413, "RequestTooLargeException", "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
        client.invoke, FunctionName="echo", InvocationType="Event", Payload=b'"' + b"x" * (1048577 - 2) + b'"')
(mapping,) = client.list_event_source_mappings(FunctionName="echo")["EventSourceMappings"]
assert (mapping["Topics"], mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]) == (["orders"], 10, 2), mapping
assert client.get_event_source_mapping(UUID=mapping["UUID"])["UUID"] == mapping["UUID"]
print("ok")
