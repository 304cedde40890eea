"""Hostile archives whose names lead astray, a few of each class."""

import tarfile
from collections.abc import Callable

from support import careless
from support.archive_entries import entry, tar, zipped
from support.hostile import CODE, OTHER, OUT, Archive, Box


def _named(*names: str) -> Callable[[Box], bytes]:
    contents = [CODE, *[OTHER] * len(names)]
    return lambda _box: tar(*map(entry, names, contents))


def _zip_named(*names: str) -> Callable[[Box], bytes]:
    return lambda _box: zipped(*((name, CODE) for name in names))


def _zip_twice(_box: Box) -> bytes:
    return zipped(("index.js", CODE), ("other.js", OTHER)).replace(b"other.js", b"index.js")


TRAVERSAL = [
    Archive("plain", "traversal", _named(OUT), careless.untar),
    Archive("behind a folder", "traversal", _named("lib/a.js", "lib/../" + OUT), careless.untar),
    Archive("behind a dot", "traversal", _named("./" + OUT), careless.untar),
    Archive("in a zip", "traversal", _zip_named(OUT), careless.unzip),
    *(
        Archive(name, "encoded traversal", _named(text), careless.renaming(careless.decoded))
        for name, text in (
            ("percent", "%2e%2e/%2e%2e/%2e%2e/victim"),
            ("slashes too", "..%2f..%2f..%2fvictim"),
            ("twice", "%252e%252e%252f%252e%252e%252f%252e%252e%252fvictim"),
            ("four times", "..%2525252f..%2525252f..%2525252fvictim"),
        )
    ),
    *(
        Archive(name, "oddly encoded traversal", _named(text), careless.renaming(rename))
        for name, text, rename in (
            ("UTF-16", "%u002e%u002e%u002f..%u002f..%u002fvictim", careless.units),
            ("overlong UTF-8", "%c0%ae%c0%ae%c0%af..%c0%af..%c0%afvictim", careless.overlong),
            (
                "the same, in bytes",
                "..\udcc0\udcaf..\udcc0\udcaf..\udcc0\udcafvictim",
                careless.overlong,
            ),
        )
    ),
    *(
        Archive(name, "look-alike traversal", _named(text), careless.renaming(rename))
        for name, text, rename in (
            ("wide dots", "．．/．．/．．/victim", careless.normalized),  # noqa: RUF001 - the point
            ("wide slashes", "..／..／..／victim", careless.normalized),  # noqa: RUF001 - the point
            ("two dots in one", "‥/‥/‥/victim", careless.normalized),
            ("wide percents", "..％2f..％2f..％2fvictim", careless.normalized_and_decoded),  # noqa: RUF001 - the point
        )
    ),
    *(
        Archive(name, "backslashes", make(text), careless.renaming(careless.slashed))
        for name, text, make in (
            ("all", "..\\..\\..\\victim", _named),
            ("mixed", "a/..\\..\\../../victim", _named),
            ("in a zip", "..\\..\\..\\victim", _zip_named),
        )
    ),
    Archive("in a tar", "absolute path", lambda box: tar(entry(str(box.victim))), careless.untar),
    Archive(
        "in a zip", "absolute path", lambda box: zipped((str(box.victim), CODE)), careless.unzip
    ),
]

WINDOWS = [
    *(
        Archive(name, "Windows drive", make(name), careless.leaves_on_windows)
        for name, make in (("D:victim", _named), ("C:/victim", _named), ("D:/victim", _zip_named))
    ),
    *(
        Archive(name, "Windows share", make(name), careless.leaves_on_windows)
        for name, make in (
            ("//server/share/victim", _named),
            ("\\\\server\\share\\victim", _zip_named),
            ("//?/C:/victim", _named),
        )
    ),
    Archive(
        "traversal",
        "name that Windows trims",
        _named(".. /.. /.. /victim"),
        careless.renaming(careless.trimmed),
    ),
    Archive("dot", "name that Windows trims", _named("index.js", "index.js."), careless.collides),
    Archive("space", "name that Windows trims", _named("index.js ", "index.js"), careless.collides),
    *(
        Archive(name, "Windows device", _named(name), careless.is_device_on_windows)
        for name in ("con", "lib/aux.js", "NUL.txt", "COM1")
    ),
]

NAMES = [
    Archive("file", "twice", _named("index.js", "index.js"), careless.is_ambiguous),
    Archive("written otherwise", "twice", _named("index.js", "./index.js"), careless.is_ambiguous),
    Archive("in a zip", "twice", _zip_twice, careless.is_ambiguous),
    Archive(
        "file and folder",
        "twice",
        lambda _box: tar(entry("index.js"), entry("index.js", b"", type=tarfile.DIRTYPE)),
        careless.is_ambiguous,
    ),
    *(
        Archive(name, "alike", _named("lib/" + one, "lib/" + other), careless.collides)
        for name, one, other in (
            ("case", "Index.js", "index.js"),
            ("accents", "caf\u00e9.js", "cafe\u0301.js"),
            ("ligature", "\ufb01le.js", "file.js"),
            ("invisible", "in\u200bdex.js", "index.js"),
        )
    ),
    Archive("newline", "control character", _named("a\nb.js"), careless.forges_a_listing),
    Archive("escape", "control character", _named("\x1b[2Ka.js"), careless.forges_a_listing),
    Archive("in a zip", "control character", _zip_named("a\rb.js"), careless.forges_a_listing),
    Archive("override", "turned text", _named("a\u202esj.exe"), careless.reads_backwards),
    Archive("isolate", "turned text", _named("a\u2067b.js"), careless.reads_backwards),
    Archive("a name", "too long", _zip_named("a" * 300), careless.crashes),
    Archive("a path", "too long", _zip_named("/".join(["a" * 100] * 50)), careless.crashes),
]
