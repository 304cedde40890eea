"""A function for each runtime that can be built here: it answers with what it may do.

Each depends on a package of its language's registry, but for Go, which has the standard library.
"""

import json
from collections.abc import Mapping
from typing import Final

# What a function tries to write: new files, its wrapper, and beside its own code.
TRIED: Final = ("/app/new", "/app/function/new", "/app/runtime/new", "/app/runtime/function.json")
USER: Final = 65532

_NODE: Final = """
const fs = require('node:fs');
const ms = require('ms');

function isRefused(path) {
  try {
    fs.closeSync(fs.openSync(path, 'a'));
    return false;
  } catch (error) {
    return ['EACCES', 'EROFS'].includes(error.code);
  }
}

exports.handler = async (event) => ({
  specversion: '1.0',
  type: 'test.answer',
  data: {
    spoken: ms(event.data.seconds * 1000, { long: true }),
    ids: [process.getuid(), process.getgid(), ...process.getgroups()],
    refused: event.data.paths.filter(isRefused),
  },
});
"""
_PYTHON: Final = """
import datetime
import os

import humanize


def is_refused(path):
    try:
        open(path, "a").close()
    except PermissionError:
        return True
    return False


def handler(event, context):
    return {
        "specversion": "1.0",
        "type": "test.answer",
        "data": {
            "spoken": humanize.naturaldelta(datetime.timedelta(seconds=event.data["seconds"])),
            "ids": [os.getuid(), os.getgid(), *os.getgroups()],
            "refused": [path for path in event.data["paths"] if is_refused(path)],
        },
    }
"""
_GO: Final = """
package function

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

type Event struct {
	Data struct {
		Seconds int
		Paths   []string
	}
}

func isRefused(path string) bool {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		file.Close()
	}
	return errors.Is(err, fs.ErrPermission)
}

func Handle(ctx context.Context, event Event) (any, error) {
	refused := []string{}
	for _, path := range event.Data.Paths {
		if isRefused(path) {
			refused = append(refused, path)
		}
	}
	groups, err := os.Getgroups()
	if err != nil {
		return nil, err
	}
	span := time.Duration(event.Data.Seconds) * time.Second
	return map[string]any{
		"specversion": "1.0",
		"type":        "test.answer",
		"data": map[string]any{
			"spoken":  fmt.Sprintf("%.0f minutes", span.Minutes()),
			"ids":     append([]int{os.Getuid(), os.Getgid()}, groups...),
			"refused": refused,
		},
	}, nil
}
"""
_MS: Final = "2.1.3"
_PACKAGE: Final = {"name": "spoken", "version": "1.0.0", "dependencies": {"ms": _MS}}
_LOCK: Final = {
    **_PACKAGE,
    "lockfileVersion": 3,
    "packages": {
        "": _PACKAGE,
        "node_modules/ms": {
            "version": _MS,
            "integrity": "sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/"
            "s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==",
        },
    },
}

FUNCTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "nodejs22": {
        "index.js": _NODE,
        "package.json": json.dumps(_PACKAGE),
        "package-lock.json": json.dumps(_LOCK),
    },
    "nodejs24": {"index.js": _NODE, "package.json": json.dumps(_PACKAGE)},
    "python311": {"index.py": _PYTHON, "requirements.txt": "humanize>=4.11,<5\n"},
    "go127": {"function.go": _GO},
}
