#!/usr/bin/env python3
"""Plays EVE's Go subscriber byte for byte (docs/spec/pubsub.md §3, §6), with its connect retry cut from 10 s to 50 ms.

usage: go_subscriber.py SOCKET TOPIC [--raw] [--text] [--stall] [--once]

Prints one JSON line a packet: {"hello":false} {"update":"key","value":{...}} {"delete":"key"} {"complete":true}
{"restarted":1} {"eof":true}; after the last it connects again, unless --once. --raw adds "bytes":"<hex>" (the packet
as it came). --text gives a value as JSON text in a string, so that no digit is lost on the way. --stall sends the
request and never reads. What Go would log and skip is {"bad":"<why>"}.
Paths in messages stand on the device; a root in front of SOCKET's last /run/ is put in front of them too.
"""
import argparse
import base64
import json
import os
import socket
import time

BUFFER = 65536
LARGE = 1024 * 1024


def say(line, raw):
    if raw is not None:
        line["bytes"] = raw.hex()
    print(json.dumps(line, ensure_ascii=False, separators=(",", ":")), flush=True)


def connected(path):
    while True:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            sock.connect(path)
            return sock
        except OSError:
            sock.close()
            time.sleep(0.05)


def expand(value, root):
    """Puts the content of each pubsub-file-* under its pubsub-large-* name and deletes the file (§6 rule 3)."""
    if isinstance(value, list):
        return [expand(item, root) for item in value]
    if not isinstance(value, dict):
        return value
    expanded = {}
    for name, item in value.items():
        if not name.startswith("pubsub-file-"):
            expanded[name] = expand(item, root)
            continue
        path = root + json.loads(item)
        with open(path, "rb") as file:
            content = file.read(LARGE + 1)
        os.unlink(path)
        if len(content) > LARGE:
            raise ValueError("large field above 1 MiB")
        (inner,) = json.loads(content).values()
        expanded["pubsub-large-" + name[len("pubsub-file-"):]] = inner
    return expanded


def parsed(packet, topic, root):
    if len(packet) == BUFFER:
        return {"bad": "truncated"}
    fields = packet.decode("utf-8", "replace").split(" ")
    verb = fields[0]
    if len(fields) < 2 or fields[1] != topic:
        return {"bad": "topic"}
    try:
        if verb == "hello":
            return {"hello": len(fields) > 2 and fields[2] == "true"}
        if verb == "complete":
            return {"complete": True}
        if verb == "restarted" and len(fields) >= 3:
            return {"restarted": int(fields[2])}
        if verb == "delete" and len(fields) >= 3:
            return {"delete": text(fields[2])}
        if verb == "update" and len(fields) == 4:
            value = json.loads(text(fields[3]))
            if not isinstance(value, dict):
                return {"bad": "no object"}
            return {"update": text(fields[2]), "value": expand(value, root)}
    except (ValueError, OSError) as error:
        return {"bad": f"{verb}: {error}"}
    return {"bad": verb}


def text(field):
    return base64.b64decode(field, validate=True).decode("utf-8")


def follow(sock, options, root):
    packet = b"-"
    try:
        sock.send(b"request " + options.topic.encode())
    except ConnectionError:
        packet = b""
    while options.stall:
        time.sleep(3600)
    while True:
        try:
            packet = packet and sock.recv(BUFFER)
        except ConnectionError:
            packet = b""
        if packet == b"":
            say({"eof": True}, b"" if options.raw else None)
            return
        line = parsed(packet, options.topic, root)
        if options.text and "value" in line:
            line["value"] = json.dumps(line["value"], ensure_ascii=False, separators=(",", ":"))
        say(line, packet if options.raw else None)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("socket")
    parser.add_argument("topic")
    for flag in ("--raw", "--text", "--stall", "--once"):
        parser.add_argument(flag, action="store_true")
    options = parser.parse_args()
    root = options.socket[: options.socket.rfind("/run/")]
    while True:
        sock = connected(options.socket)
        follow(sock, options, root)
        sock.close()
        if options.once:
            return


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, BrokenPipeError):
        pass
