#!/usr/bin/env python3
"""Sends each request (hexadecimal, one an argument; "-" sends nothing) on a connection of its own and prints one JSON line each:
what came back until the end, as hexadecimal packets. usage: requests.py SOCKET REQUEST..."""
import json
import socket
import sys

for request in sys.argv[2:]:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    sock.settimeout(20)
    sock.connect(sys.argv[1])
    if request != "-":
        for part in request.split(","):
            sock.send(bytes.fromhex(part))
    packets = []
    try:
        while packet := sock.recv(65536):
            packets.append(packet.hex())
    except ConnectionError:
        pass
    print(json.dumps(packets), flush=True)
