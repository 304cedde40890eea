"""The wrappers and those beside them, each with a function that greets whom an event names."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from support.functions import lay_out

from benchmarks.frame.environment import node_packages, python_packages
from benchmarks.serving import Server

NODE_PACKAGES: Final = (
    "express@5.3.0",
    "cloudevents@10.0.0",
    "faas-js-runtime@4.0.1",
    "@google-cloud/functions-framework@5.0.5",
)
_DAY: Final = "2026-11-01"
PYTHON_PACKAGES: Final = (
    "functions-framework==3.10.2",
    *("gunicorn==27.0.1", "flask==3.1.3", "werkzeug==3.1.9", "cloudevents==1.12.0"),
    *("uvicorn==0.54.0", "uvicorn-worker==0.4.0", "starlette==1.10.0", "anyio==4.16.0"),
    *("blinker==1.9.0", "click==8.5.1", "deprecation==2.1.0", "h11==0.16.0", "idna==3.20"),
    *("itsdangerous==2.2.0", "jinja2==3.1.6", "markupsafe==3.0.4", "packaging==26.4"),
    *("typing-extensions==4.16.0", "watchdog==7.1.0"),
)

NODE, BARE, EXPRESS = "Node.js", "bare `node:http`", "express + cloudevents"
FRAMEWORK, FAAS = "functions-framework", "faas-js-runtime"
ASYNC, PLAIN = "async def", "def"
FLASK, ASGI = "functions-framework of Python", "functions-framework of Python, ASGI"

_HANDLER: Final = "async (event) => ({ greeting: `Hello, ${event.data.name}!` })"
_BARE: Final = """
require('node:http').createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const data = JSON.parse(Buffer.concat(chunks));
    const body = JSON.stringify({ greeting: `Hello, ${data.name}!` });
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
    response.end(body);
  });
}).listen(process.env.PORT, process.env.HOST);
"""
_EXPRESS: Final = """
const express = require('express');
const { HTTP } = require('cloudevents');

const app = express();
app.use(express.json());
app.post('/', (request, response) => {
  const event = HTTP.toEvent({ headers: request.headers, body: request.body });
  response.json({ greeting: `Hello, ${event.data.name}!` });
});
app.listen(process.env.PORT, process.env.HOST);
"""
_GREETING: Final = "{'greeting': f\"Hello, {event.data['name']}!\"}"
_FLASK: Final = f"""
import functions_framework

@functions_framework.cloud_event
def handler(event):
    return {_GREETING}
"""
_STARLETTE: Final = f"""
import functions_framework.aio

@functions_framework.aio.cloud_event
async def handler(event):
    return {_GREETING}
"""


def node_servers(folder: Path) -> Mapping[str, Server]:
    """By name; ours is `NODE`, and its files are in *folder*."""
    packages = node_packages("peers-nodejs", NODE_PACKAGES, _DAY)
    node = shutil.which("node") or "node"

    def peer(name: str, text: str, *words: str) -> Server:
        (packages / name).write_text(text, "utf-8")
        return Server((node, *words), packages)

    lay_out(folder, "nodejs", f"exports.handler = {_HANDLER};\n")
    faas = "node_modules/faas-js-runtime/bin/cli.js"
    framework = "node_modules/@google-cloud/functions-framework/build/src/main.js"
    target = ("--source=framework.js", "--target=handler", "--signature-type=cloudevent")
    handle = f"exports.handle = async (context, event) => ({_HANDLER})(event);\n"
    return {
        NODE: Server((node, "runtime/index.js"), folder),
        BARE: peer("bare.js", _BARE, "bare.js"),
        EXPRESS: peer("express.js", _EXPRESS, "express.js"),
        FRAMEWORK: peer("framework.js", f"exports.handler = {_HANDLER};\n", framework, *target),
        FAAS: peer("faas.js", handle, faas, "faas.js"),
    }


def python_servers(folder: Path) -> Mapping[str, Server]:
    """By name; ours are `ASYNC` and `PLAIN`, and the files of all are in *folder*."""
    python = python_packages("peers-python", PYTHON_PACKAGES)

    def ours(name: str, define: str) -> Server:
        app = folder / name
        lay_out(app, "python", f"{define} handler(event, context):\n    return {_GREETING}\n")
        # Neither wrapper nor function has bytecode in an image, and there it cannot be written.
        return Server((str(python), "-B", "runtime/main.py"), app)

    def peer(name: str, text: str, *words: str) -> Server:
        (folder / name).write_text(text, "utf-8")
        target = (f"--source={name}", "--target=handler", "--signature-type=cloudevent")
        return Server((str(python.parent / "functions-framework"), *target, *words), folder)

    return {
        ASYNC: ours("asynchronous", "async def"),
        PLAIN: ours("plain", "def"),
        FLASK: peer("flask_function.py", _FLASK),
        ASGI: peer("asgi_function.py", _STARLETTE, "--asgi"),
    }
