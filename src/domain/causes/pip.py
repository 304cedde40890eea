"""What pip writes when it cannot install."""

from typing import Final

from knative_lambda.domain.causes.sign import Sign, sign

_REQUIRED: Final = (
    r"ERROR: Could not find a version that satisfies the requirement (?P<package>[^\n(]{1,200}?)"
    r"(?: \(from (?!versions){any}\))? "
)
_WHEEL: Final = r" {0,8}ERROR: Failed building wheel for {word package}$"
_OTHER_PYTHON: Final = (
    "ERROR: Ignored the following versions that require a different python version: "
)

PIP: Final[tuple[Sign, ...]] = (
    sign(
        "a line is no requirement",
        r"ERROR: Invalid requirement: '{name what}'(?:{any}\n){0,4}?[^\n(]{0,200}"
        r"\(from line {number line} of {short file}\)(?:\nHint: {line hint})?",
        "pip: {file}, line {line}: {what} is no requirement[; {hint}]",
    ),
    sign(
        "a file of requirements is not there",
        r"ERROR: Could not open requirements file: \[Errno 2\] {short}: '{name file}'",
        "pip: {file} does not exist, which a file of requirements names",
    ),
    sign(
        "requirements exclude each other",
        r"The conflict is caused by:\n {4}{line one}\n {4}{line other}",
        "pip: requirements exclude each other: {one}, but {other}",
    ),
    sign(
        "requirements exclude each other",
        r"ERROR: ResolutionImpossible",
        "pip: requirements exclude each other (ResolutionImpossible)",
    ),
    sign(
        "an archive is not what its hash says",
        r"ERROR: THESE PACKAGES DO NOT MATCH THE HASHES{any}\n {4}{word package} {any}\n"
        r" {0,12}Expected sha256 (?P<wanted>[0-9a-f]{1,12}){any}\n"
        r" {0,20}Got {1,12}(?P<found>[0-9a-f]{1,12})",
        "pip: {package} is not what its hash says: sha256 is {found}..., and should be {wanted}...",
    ),
    sign(
        "a requirement lacks its hash",
        r"ERROR: Hashes are required in --require-hashes mode{any}\n {4}{line line}",
        "pip: some requirements have hashes, so all need them; add: {line}",
    ),
    sign(
        "the index cannot be reached",
        r"WARNING: Retrying \({any}after connection broken by (?:{any}(?P<why>Connection refused"
        r"|Name or service not known|timed out|certificate))?{any}\n"
        rf"(?:WARNING: Retrying{{any}}\n){{0,10}}{_REQUIRED}\(from versions: none\)",
        "pip: {package} was not found, for the index of packages could not be reached[: {why}]",
    ),
    sign(
        "the version is for another Python",
        rf"{_OTHER_PYTHON}(?:[^\n;]{{1,100}};){{0,200}}? ?(?P<version>[^\s;]{{1,40}}) "
        r"Requires-Python (?P<wanted>[^\n;]{1,60})[^\n]{0,4200}\n(?:ERROR: Ignored {any}\n)?"
        r"ERROR: Could not find a version that satisfies the requirement "
        r"(?P<package>[^\s=]{1,100})==(?P=version) ",
        "pip: {package}=={version} is for Python {wanted}",
    ),
    sign(
        "a package is for another Python",
        r"ERROR: Package '{name package}' requires a different Python: {word here} "
        r"not in '{name wanted}'",
        "pip: {package} is for Python {wanted}, and here is {here}",
    ),
    sign(
        "a package is not in the index",
        rf"{_REQUIRED}\(from versions: none\)",
        "pip: {package} is not in the index of packages",
    ),
    sign(
        "a package has no such version",
        rf"{_REQUIRED}\(from versions: (?:[^)\n]{{0,4200}}, )?(?P<newest>[^,)\s]{{1,40}})\)",
        "pip: there is no {package}; the newest version is {newest}",
    ),
    sign(
        "a package has no such version",
        r"ERROR: No matching distribution found for {line package}",
        "pip: there is no {package}",
    ),
    sign(
        "a package comes from git, and there is no git",
        r"ERROR: Cannot find command 'git'",
        "pip: a requirement comes from git, and the build's image has no git; name a package, or "
        "the URL of an archive",
    ),
    sign(
        "a wheel is for another platform or Python",
        r"ERROR: {word file} is not a supported wheel on this platform",
        "pip: {file} is for another platform or Python",
    ),
    sign(
        "a package must be compiled, and there is no compiler",
        r" {0,8}error: (?:\[Errno 2\] No such file or directory: '|command ')"
        r"(?P<program>(?:\S{1,60}-)?(?:gcc|g\+\+|cc|c\+\+|clang|cargo|rustc))'"
        rf"(?: failed: No such file or directory)?\n(?:{{lines}}{_WHEEL})?",
        "pip: [{package}: ]a package has to be compiled, and the build's image has no {program}; "
        "require a version that has a wheel",
    ),
    sign(
        "a package does not compile",
        r" {0,8}(?P<at>[^\s:]{1,200}:\d{1,7}(?::\d{1,5})?): (?:fatal )?error: {line what}\n"
        rf"{{lines}}{_WHEEL}",
        "pip: {package} does not compile: {at}: {what}",
    ),
    sign(
        "the build backend is not there",
        r" {0,4}\S? {0,2}Cannot import build backend '{name backend}'",
        "pip: pyproject.toml names the build backend {backend}, which is not there; name its "
        "package in build-system.requires",
    ),
    sign(
        "`pyproject.toml` is no TOML",
        r"(?:[\w.]{0,60}\.)?TOMLDecodeError: {line what}",
        "pip: pyproject.toml is no TOML: {what}",
    ),
    sign(
        "`setup.py` fails",
        r" {8}File \"<string>\", line {number line}{any}\n(?: {6}{any}\n){0,3}? {6}{thrown what}",
        "pip: setup.py, line {line}: {what}",
    ),
    sign(
        "a package cannot be built",
        r" {4,8}(?:error: {line said}|{thrown what})\n{lines} {4,8}\[end of output\]",
        "pip: a package cannot be built: [{said}][{what}]",
    ),
    sign(
        "a package cannot be built",
        r"(?:ERROR: Could not build wheels for (?P<package>[^\s,]{1,200})"
        r"|\S? ?Failed to build \S{1,20} wheels)",
        "pip: a package cannot be built[: {package}]",
    ),
    sign(
        "pip fails otherwise",
        r"ERROR: (?P<what>(?:Could not|Cannot|Failed|Invalid|Package|HTTP|Directory){line})",
        "pip: {what}",
    ),
)
