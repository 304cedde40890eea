"""What a private RabbitMQ reads when it starts: its settings, users and environment."""

import json
import os
from pathlib import Path

from support.certificates import Certificates

NODE = "rabbit@localhost"
TEAM_USER, TEAM_PASSWORD, TEAM_VHOST = "builder", "p@ss/w:rd%", "team/a b"
WRITER = "writer"
# As an installation has them, in a virtual host of their own: what each may configure, write, read.
INSTALLED_VHOST = "installed"
INSTALLED = {
    "service": (
        "^$",
        r"^(cloud-events|lambda-build-events\.dlx|amq\.default)$",
        r"^(lambda-build-events(\.dlq)?|lambda-functions\.dlq)$",
    ),
    "builds": ("^$", "^cloud-events$", "^$"),
}

# A node alone in its cluster needs no port for others, nor epmd, whom they would ask for it.
_ALONE = "-start_epmd false -dist_listen false -erl_epmd_port 1"
_EVERYTHING = {"configure": ".*", "write": ".*", "read": ".*"}
_DEFINITIONS = {
    "users": [
        {"name": "guest", "password": "guest", "tags": ["administrator"]},
        {"name": TEAM_USER, "password": TEAM_PASSWORD, "tags": []},
        {"name": WRITER, "password": WRITER, "tags": []},
        *({"name": name, "password": name, "tags": []} for name in INSTALLED),
    ],
    "vhosts": [{"name": "/"}, {"name": TEAM_VHOST}, {"name": INSTALLED_VHOST}],
    "permissions": [
        {"user": "guest", "vhost": "/", **_EVERYTHING},
        {"user": TEAM_USER, "vhost": TEAM_VHOST, **_EVERYTHING},
        {"user": WRITER, "vhost": "/", "configure": "", "write": ".*", "read": ""},
        {"user": "guest", "vhost": INSTALLED_VHOST, **_EVERYTHING},
        *(
            {
                "user": name,
                "vhost": INSTALLED_VHOST,
                **dict(zip(_EVERYTHING, patterns, strict=True)),
            }
            for name, patterns in INSTALLED.items()
        ),
    ],
}


def write(folder: Path, port: int, tls_port: int, certificates: Certificates) -> None:
    """Write the files that `environment` names."""
    settings = {
        "listeners.tcp.1": f"127.0.0.1:{port}",
        "listeners.ssl.1": f"127.0.0.1:{tls_port}",
        "ssl_options.cacertfile": certificates.authority,
        "ssl_options.certfile": certificates.server,
        "ssl_options.keyfile": certificates.server_key,
        "load_definitions": folder / "definitions.json",
        "log.file.level": "warning",
        # Tests hang when the server holds publishers back for lack of space.
        "disk_free_limit.absolute": 1 << 20,
        # All messages of quorum queues stay in memory until this many bytes were written.
        "raft.wal_max_size_bytes": 16 << 20,
    }
    lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
    (folder / "rabbitmq.conf").write_text(lines, encoding="utf-8")
    (folder / "definitions.json").write_text(json.dumps(_DEFINITIONS), encoding="utf-8")
    for empty in ("advanced.config", "enabled_plugins"):
        (folder / empty).write_text("[].\n", encoding="utf-8")


def environment(folder: Path) -> dict[str, str]:
    """All variables of the server: nothing of this machine's own RabbitMQ is read or written."""
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "ERL_FLAGS": _ALONE,  # also for what the server starts every minute to see epmd run
        "RABBITMQ_NODENAME": NODE,
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_CONFIG_FILES": str(folder / "conf.d"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_SCHEDULER_BIND_TYPE": "u",  # else several servers crowd the same core
        "RUNNING_UNDER_SYSTEMD": "true",  # makes the script become the server, not its parent
    }
