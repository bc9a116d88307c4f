"""A slow link in user space: a TCP proxy that adds a delay and caps the rate, each way.

    python3 delay_proxy.py <port to forward to> <round trip in ms> <Mbit/s>

Prints the port that it listens on, on 127.0.0.1. All connections share the link. A new connection
costs a round trip before its first byte, as a TCP handshake does. Not modelled: slow start, losses
and packet headers, so large transfers look a little better than over a real link, for everybody.
"""
import asyncio
import sys

CHUNK = 16 * 1024
CHUNKS_IN_FLIGHT = 32  # per connection and direction; more than what fits into the link


class Lane:
    """One direction of the link."""

    def __init__(self, delay, bytes_per_second):
        self.delay = delay
        self.bytes_per_second = bytes_per_second
        self.free_at = 0.0

    def arrival(self, size, ready):
        self.free_at = max(ready, self.free_at) + size / self.bytes_per_second
        return self.free_at + self.delay


async def take_in(reader, queue, lane, open_at):
    clock = asyncio.get_running_loop().time
    data = b"?"
    while data:
        try:
            data = await reader.read(CHUNK)
        except ConnectionError:
            data = b""
        await queue.put((lane.arrival(len(data), max(clock(), open_at)), data))


async def let_out(queue, writer):
    clock = asyncio.get_running_loop().time
    while True:
        arrival, data = await queue.get()
        await asyncio.sleep(max(0.0, arrival - clock()))
        try:
            if not data:
                writer.write_eof()
                return
            writer.write(data)
            await writer.drain()
        except (ConnectionError, OSError):
            return


async def carry(reader, writer, lane, open_at):
    queue = asyncio.Queue(CHUNKS_IN_FLIGHT)
    taking = asyncio.create_task(take_in(reader, queue, lane, open_at))
    await let_out(queue, writer)
    taking.cancel()


async def main(port, round_trip, rate):
    up = Lane(round_trip / 2, rate)
    down = Lane(round_trip / 2, rate)

    async def serve(client_reader, client_writer):
        open_at = asyncio.get_running_loop().time() + round_trip
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(
            carry(client_reader, server_writer, up, open_at),
            carry(server_reader, client_writer, down, open_at))
        client_writer.close()
        server_writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]) / 1000, float(sys.argv[3]) * 125000))
