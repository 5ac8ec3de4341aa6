def nothing(event, context):
    return None
