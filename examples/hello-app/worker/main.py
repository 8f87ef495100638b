"""Writes a heartbeat into the database every few seconds, until it is told to stop."""

import os
import signal
import threading

import psycopg

every = float(os.environ.get("HEARTBEAT_SECONDS", "5"))
stop = threading.Event()


def main() -> None:
    # As process 1 a container's program gets no default action for SIGTERM.
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    while not stop.is_set():
        try:
            beat_until_stopped()
        except psycopg.OperationalError as error:
            print(f"the database is away, trying again: {error}")
            stop.wait(every)
    print("stopped")


def beat_until_stopped() -> None:
    with psycopg.connect(connect_timeout=5, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS heartbeat (at timestamptz PRIMARY KEY DEFAULT now())")
        print("connected")
        while not stop.is_set():
            connection.execute("INSERT INTO heartbeat DEFAULT VALUES")
            connection.execute("DELETE FROM heartbeat WHERE at < now() - interval '1 hour'")
            stop.wait(every)


if __name__ == "__main__":
    main()
