"""Its requirements name a version that does not exist, so this is never built."""


def handler(event, context):
    return "unreachable"
