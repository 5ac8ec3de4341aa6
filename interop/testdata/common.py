"""What the scripts share: a client as a user makes it, and what must be refused."""

import sys

import boto3
from botocore.config import Config

client = boto3.client("lambda", endpoint_url=sys.argv[1], config=Config(retries={"total_max_attempts": 1}))


def refused(status, code, message, call, **arguments):
    try:
        call(**arguments)
    except client.exceptions.ClientError as e:
        got = (e.response["ResponseMetadata"]["HTTPStatusCode"], e.response["Error"]["Code"])
        assert got == (status, code), (got, e)
        assert message in e.response["Error"]["Message"], e
        return e.response
    raise AssertionError("%s was not refused" % (arguments,))
