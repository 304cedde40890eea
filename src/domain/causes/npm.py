"""What npm writes when it cannot install, or cannot run a script."""

from typing import Final

from knative_lambda.domain.causes.sign import Sign, sign
from knative_lambda.domain.failures import Reason

_SCRIPT: Final = (
    r"npm error code {word code}\n"
    r"npm error path (?:{any}/node_modules/(?P<package>(?:@[^/\n]{1,100}/)?[^/\n]{1,100}))?{any}\n"
    r"npm error command failed\n"
    r"npm error command sh -c {line script}\n"
)
_SCRIPT_TOLD: Final = "npm: the script `{script}`[ of {package}] ended with code {code}[: {said}]"
_UNCOMPILED: Final = "npm: a dependency has to be compiled, and the build's image has no"

NPM: Final[tuple[Sign, ...]] = (
    sign(
        "a package is not in the registry",
        r"npm error 404 {1,3}(?:The requested resource )?'{name package}' (?:could|is) not",
        "npm: {package} is not in the registry, or this build may not read it (E404)",
    ),
    sign(
        "a package has no such version",
        r"npm error notarget No matching version found for {word package}\.?$",
        "npm: there is no {package} in the registry (ETARGET)",
    ),
    sign(
        "a package is not what the lock file says",
        r"npm (?:warn|WARN) tarball tarball data for (?P<package>@?[^@\s]{1,200})@{any}"
        r" seems to be corrupted{any}\n{lines}npm error code EINTEGRITY",
        "npm: what the registry has as {package} is not what the lock file says (EINTEGRITY); "
        "if that is right, make the lock file anew",
    ),
    sign(
        "a package is not what the lock file says",
        r"npm error code EINTEGRITY$",
        "npm: a package is not what the lock file says (EINTEGRITY); if that is right, make the "
        "lock file anew",
    ),
    sign(
        "two packages do not go together",
        r"npm error Found: {word found}\n{lines}"
        r"npm error peer(?:Optional)? {word wanted} from {word package}$",
        "npm: {package} needs {wanted} beside it, but {found} is to be installed (ERESOLVE)",
    ),
    sign(
        "the lock file does not fit `package.json`",
        r"npm error `npm ci` can only install packages when{any}\n(?:npm error ?\n)?"
        r"npm error {line what}",
        "npm: package-lock.json does not fit package.json: {what}; run `npm install`, and keep "
        "the lock file that it writes",
    ),
    sign(
        "there is no lock file",
        r"npm error The `npm ci` command can only install with an existing package-lock\.json",
        "npm: `npm ci` needs a package-lock.json; run `npm install`, and keep the one it writes",
    ),
    sign(
        "a package is for another version of Node.js or npm",
        r"npm error notsup Not compatible with your version of node/npm: {word package}\n"
        r"npm error notsup Required: {line wanted}\nnpm error notsup Actual: {1,4}{line here}",
        "npm: {package} is for {wanted}, and here is {here} (EBADENGINE)",
    ),
    sign(
        "the function is for another version of Node.js or npm",
        r"npm error EBADDEVENGINES (?P<what>Invalid (?!devEngines){line})",
        "npm: devEngines: {what} (EBADDEVENGINES)",
    ),
    sign(
        "a package is for another platform",
        r"npm error notsup Unsupported platform for {word package}: wanted {short wanted} \(",
        "npm: {package} is for {wanted} alone (EBADPLATFORM)",
    ),
    sign(
        "`package.json` is no JSON",
        r"npm error JSON\.parse (?:Invalid package\.json: )?(?:JSONParseError: )?{line what}",
        "npm: package.json is no JSON: {what} (EJSONPARSE)",
    ),
    sign(
        "the registry does not know who asks",
        r"npm error code (?P<code>E401|E403|ENEEDAUTH)$",
        "npm: the registry does not let this build read a package ({code}); it needs a "
        "credential that is valid",
    ),
    sign(
        "the registry cannot be reached",
        r"npm error code (?P<code>E(?:CONN[A-Z]{1,20}|NOTFOUND|AI_AGAIN|TIMEDOUT|[A-Z]{3,4}UNREACH)"
        r"|ERR_SOCKET_TIMEOUT|[A-Z_]{0,40}CERT[A-Z_]{0,40})$",
        "npm: the registry could not be reached ({code})",
    ),
    sign(
        "a dependency comes from git, and there is no git",
        r"npm error syscall spawn git$",
        "npm: a dependency comes from git, and the build's image has no git; name a package, or "
        "the URL of an archive",
    ),
    sign(
        "a file that a dependency names is not there",
        r"npm error enoent ENOENT: no such file or directory, {word} '{name file}'",
        "npm: {file} does not exist (ENOENT)",
    ),
    sign(
        "a dependency is named in a way that npm does not know",
        r"npm error code (?P<code>EUNSUPPORTEDPROTOCOL|EINVALIDPACKAGENAME|EINVALIDTAGNAME)\n"
        r"npm error {line what}",
        "npm: {what} ({code})",
    ),
    sign(
        "a script is not in `package.json`",
        r"npm error Missing script: \"{name script}\"",
        "npm: package.json has no script {script}",
        Reason.BUILD_EXIT,
    ),
    sign(
        "a dependency must be compiled, and there is no Python for node-gyp",
        r"gyp ERR! stack Error: Could not find any Python installation to use",
        f"{_UNCOMPILED} python3 for node-gyp; take a version that comes compiled",
    ),
    sign(
        "a dependency must be compiled, and there is no make",
        r"gyp ERR! stack Error: not found: {line program}",
        f"{_UNCOMPILED} {{program}}; take a version that comes compiled",
    ),
)
# Scripts of an install fail for causes of their own, for which the signs of others come first.
NPM_SCRIPTS: Final[tuple[Sign, ...]] = (
    sign(
        "a script of an install fails",
        rf"{_SCRIPT}(?:npm error{{any}}\n){{0,20}}?npm error {{thrown said}}",
        _SCRIPT_TOLD,
    ),
    sign("a script of an install fails", rf"{{thrown said}}\n{{lines}}{_SCRIPT}", _SCRIPT_TOLD),
    sign(
        "a script of an install fails",
        rf"(?:(?!npm error){{line said}}\n)?{_SCRIPT}",
        _SCRIPT_TOLD,
    ),
    sign(
        "npm fails otherwise",
        r"npm error code {word code}\n"
        r"(?:npm error (?:syscall|errno|path|dest){any}\n){0,4}npm error {line what}",
        "npm: {what} ({code})",
    ),
    sign("npm fails otherwise", r"npm error {line what}", "npm: {what}"),
)
