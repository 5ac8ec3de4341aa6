import base64, json, time, random

def handler(event, context):
    out = []
    for records in event["records"].values():
        for r in records:
            order = json.loads(base64.b64decode(r["value"]))
            if order.get("sku") == "":
                print(f'ERROR bad sku: "" order={order["id"]}')
                raise ValueError(f'bad sku: "" in order {order["id"]}')
            if order.get("slow"):
                print(f"retrying upstream connect")
                time.sleep(3)
            time.sleep(order["ms"] / 1000)
            order["tier"] = "gold"
            out.append({"key": base64.b64decode(r["key"]).decode(), "value": order})
    return out
