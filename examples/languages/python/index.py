"""Counts the vowels of each word."""

import base64


def handler(event, context):
    # The response is a list of texts, one for each record in their order, so
    # each output has the key of its word.
    return [
        count(base64.b64decode(record.get("value") or "").decode())
        for records in event["records"].values()
        for record in records
    ]


def count(word):
    vowels = sum(letter in "aeiouAEIOU" for letter in word)
    return f"{word}: {vowels} vowels"
