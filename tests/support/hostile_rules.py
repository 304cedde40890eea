"""What refusals of hostile sources say: refused for another reason, one would show nothing."""

_PLAIN = "is not a relative path of plain names"
_OUT = "symbolic link (?:out of the source|that does not lead to a relative path)"
_NETWORK = "lies in a network that sources may not come from"
_ASCII = r"must be an https:// URL of visible ASCII without '\\'"
_SCHEME = "must be of scheme https, ssh, s3, upload or data"

# By class; patterns.
RULES = {
    "traversal": _PLAIN,
    "encoded traversal": _PLAIN,
    "oddly encoded traversal": f"{_PLAIN}|is not valid UTF-8",
    "look-alike traversal": _PLAIN,
    "backslashes": "has a backslash",
    "absolute path": _PLAIN,
    "Windows drive": "a drive or a device on Windows",
    "Windows share": f"{_PLAIN}|has a backslash",
    "name that Windows trims": "ends with a space or a dot",
    "Windows device": "a drive or a device on Windows",
    "twice": "is there twice",
    "alike": "cannot be told from",
    "control character": "has a control character",
    "turned text": "change the direction of text",
    "too long": "bytes.*; the limit is",
    "write through a link": _OUT,
    "link out": _OUT,
    "hard link": "is a hard link",
    "device": "is a (?:device|pipe)",
    "extended header": _PLAIN,
    "sparse file": "is a file with holes",
    "bomb": "unpacks to more than (?:100 times|5000000 bytes)",
    "one file as many": "has two files in the same place",
    "too many": "unpacks to more than (?:40 files|200 files and directories);",
    "damaged": "is no whole tar archive|ends without its end mark",
    "two in one": "goes on after its end|is no whole zip archive",
    "odd zip": "is encrypted",
    "cloud metadata": _NETWORK,
    "this machine": _NETWORK,
    "private address": _NETWORK,
    "private address over ssh": _NETWORK,
    "number for an address": "by four decimal numbers",
    "address in an address": _NETWORK,
    "look-alike address": _ASCII,
    "host in two readings": f"{_ASCII}|without a zone",
    "name of a private address": _NETWORK,
    "rebinding": _NETWORK,
    "redirect": f"{_NETWORK}|redirects to what may not be fetched; it {_ASCII}",
    "credentials in the URL": "must not hold credentials",
    "file of this machine": _SCHEME,
    "other scheme": _SCHEME,
}
