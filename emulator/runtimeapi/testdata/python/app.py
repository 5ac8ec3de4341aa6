import logging
import os
import sys
import time
from decimal import Decimal

logger = logging.getLogger()
logger.setLevel(logging.INFO)


class OutOfStock(Exception):
    pass


def handler(event, context):
    do = event.get("do")
    if do == "context":
        fields = {k: getattr(context, k) for k in (
            "aws_request_id", "invoked_function_arn", "log_group_name", "log_stream_name",
            "function_name", "function_version", "memory_limit_in_mb")}
        fields["remaining"] = context.get_remaining_time_in_millis()
        fields["trace"] = os.environ["_X_AMZN_TRACE_ID"]
        return fields
    if do == "error":
        raise OutOfStock("no bicycles")
    if do == "set":
        return {1, 2}
    if do == "decimal":
        return [Decimal("1.5"), Decimal("2")]
    if do == "print":
        print("to stdout")
        print("to stderr", file=sys.stderr)
        print("partial", end="")
        logger.info("logged")
        logger.debug("not logged")
        return None
    if do == "exit":
        sys.exit(4)
    if do == "large":
        return "a" * (event["bytes"] - 2)
    if do == "burn":
        end = time.process_time() + event["seconds"]
        while time.process_time() < end:
            pass
    if do == "eat":
        eaten = bytearray(event["bytes"])
        time.sleep(event.get("seconds", 0))
    if do == "sleep":
        time.sleep(3600)
    return event


def umlaut(event, context):
    return "Zürich"
