import base64, json

def handler(event, context):
    out = []
    for records in event["records"].values():
        for r in records:
            order = json.loads(base64.b64decode(r["value"]))
            order["total"] = order["qty"] * 250
            out.append({"key": base64.b64decode(r["key"]).decode(), "value": order})
    return out
