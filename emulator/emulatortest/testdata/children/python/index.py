"""Answers each word with its length."""

import base64
import sys


def handler(event, context):
    words = [base64.b64decode(r["value"]).decode() for records in event["records"].values() for r in records]
    print(f"python: {len(words)} words")
    print("python: done", file=sys.stderr)
    return [f"{word}: {len(word)}" for word in words]
