"""Reading a Content-Type: the media type and the charset."""


def media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def is_json(media: str) -> bool:
    return media == "application/json" or media.endswith(("+json", "/json"))


def is_text(media: str) -> bool:
    return media.startswith("text/")


def charset(content_type: str) -> str:
    """The named charset, UTF-8 when none is named."""
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"')
    return "utf-8"
