"""Greets whoever an event names."""

from humanize import naturaldelta


def handler(event, context):
    context.logger.info("greeting", {"name": event.data["name"]})
    return context.reply(
        "com.example.greeting",
        {
            "greeting": f"Hello, {event.data['name']}, from Python",
            "time_left": naturaldelta(context.remaining()),
        },
    )
