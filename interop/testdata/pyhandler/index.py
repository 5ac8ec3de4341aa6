import base64
import json


def handler(event, context):
    if "records" not in event:
        return event
    return [json.loads(base64.b64decode(r["value"])) for r in event["records"]["orders-0"]]
