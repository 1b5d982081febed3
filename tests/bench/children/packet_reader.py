#!/usr/bin/env python3
"""Reads packets and says when each came: `packet_reader.py bridge SOCKET TOPIC` as a Go subscriber does (docs/spec/pubsub.md §3),
`packet_reader.py datagram PATH` bare. Says `ready` after the dump, or when bound; then `<bytes> <monotonic milliseconds>` for each
packet."""
import os
import socket
import sys
import time


def connected(path):
    deadline = time.monotonic() + 20
    while True:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            sock.connect(path)
            return sock
        except OSError:
            sock.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def opened(kind, path, topic=""):
    if kind == "datagram":
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        sock.bind(path)
        return sock
    sock = connected(path)
    sock.send(b"request " + topic.encode())
    while not sock.recv(65536).startswith(b"complete"):
        pass
    return sock


sock = opened(*sys.argv[1:])
sys.stdout.write("ready\n")
sys.stdout.flush()
while True:
    packet = sock.recv(65536)
    at = time.monotonic() * 1000
    if not packet:
        break
    os.write(1, b"%d %.6f\n" % (len(packet), at))
