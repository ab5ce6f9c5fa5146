import shlex
import subprocess

import paramiko
from fabric import Connection
from flask import Flask

app = Flask(__name__)


@app.get("/a/<name>")
def over_ssh(name):
    client = paramiko.SSHClient()
    client.exec_command("ls " + name)  # expect: injection/os-command
    client.exec_command("ls " + shlex.quote(name))
    return ""


@app.get("/b/<name>")
def with_fabric(name):
    connection = Connection("files.example")
    connection.run(f"ls {name}")  # expect: injection/os-command
    return ""


@app.get("/c/<name>")
def quoted(name):
    subprocess.run("ping -c 1 " + shlex.quote(name), shell=True, check=True)
    subprocess.run(f"ping -c 1 {shlex.quote(name)}", shell=True, check=True)
    subprocess.run([name, "-v"], check=True)  # expect: injection/os-command
    return ""
