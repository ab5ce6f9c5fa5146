import os
import queue
import subprocess
import threading
import time
from pathlib import Path

work = queue.Queue()
lock = threading.Lock()


async def a(process: subprocess.Popen):
    time.sleep(1)  # expect: async/blocking-sleep-io-in-async
    subprocess.run(["ls"])  # expect: async/blocking-sleep-io-in-async
    subprocess.check_output(["ls"])  # expect: async/blocking-sleep-io-in-async
    os.system("ls")  # expect: async/blocking-sleep-io-in-async
    process.wait()  # expect: async/blocking-sleep-io-in-async
    input("go?")  # expect: async/blocking-sleep-io-in-async
    work.get()  # expect: async/blocking-sleep-io-in-async
    lock.acquire()  # expect: async/blocking-sleep-io-in-async (warning)
    with open("data.json") as file:  # expect: async/blocking-sleep-io-in-async (warning)
        file.read()
    Path("data.json").read_text()  # expect: async/blocking-sleep-io-in-async (warning)


# Nothing to see.
def sync():
    time.sleep(1)
    open("data.json")


async def good(asyncio, loop):
    await asyncio.sleep(1)
    await asyncio.to_thread(time.sleep, 1)
    await loop.run_in_executor(None, lambda: time.sleep(1))
    work.get(block=False)
    work.get_nowait()
    lock.acquire(blocking=False)

    def later():
        time.sleep(1)

    return later


if __name__ == "__main__":
    time.sleep(1)
