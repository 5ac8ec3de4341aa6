from common import client, refused

names = [f["FunctionName"] for page in client.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2}) for f in page["Functions"]]
assert names == ["echo", "fail", "slow", "big", "off"], names
function = client.get_function(FunctionName="echo")["Configuration"]
assert function["FunctionArn"] == "arn:aws:lambda:us-east-1:123456789012:function:echo", function
assert (function["MemorySize"], function["Timeout"], function["State"]) == (128, 3, "Active"), function
client.get_waiter("function_active_v2").wait(FunctionName="echo")
assert client.get_function_configuration(FunctionName="echo")["Version"] == "$LATEST"
missing = "arn:aws:lambda:us-east-1:123456789012:function:ehco"
refused(404, "ResourceNotFoundException", missing, client.get_function, FunctionName="ehco")
refused(404, "ResourceNotFoundException", missing, client.invoke, FunctionName="ehco")
refused(404, "ResourceNotFoundException", "echo:7", client.invoke, FunctionName="echo", Qualifier="7")
refused(400, "InvalidRequestContentException", "Could not parse request body into json", client.invoke, FunctionName="echo", Payload=b"{")
refused(400, "InvalidRequestContentException", "Client context must be", client.invoke, FunctionName="echo", ClientContext="string")
refused(413, "RequestTooLargeException", "6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)",
        client.invoke, FunctionName="echo", Payload=b'"' + b"x" * (6291457 - 2) + b'"')
assert client.list_event_source_mappings(FunctionName="fail")["EventSourceMappings"] == []
print("ok")
