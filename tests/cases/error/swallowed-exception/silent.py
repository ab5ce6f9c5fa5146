import asyncio
import contextlib
import logging

logger = logging.getLogger(__name__)


def narrow(options):
    try:
        return options["size"]
    except KeyError:
        pass
    try:
        work()
    except FileNotFoundError:
        return None
    try:
        work()
    except (ValueError, TypeError):
        pass


def logged():
    try:
        work()
    except Exception:
        logger.exception("no work")
    try:
        work()
    except Exception as error:
        logger.warning("no work: %s", error)
        return None


def handled():
    try:
        return work()
    except Exception:
        return other()


def kept(result):
    try:
        work()
    except Exception as error:
        result.error = error


def answered():
    try:
        work()
    except Exception:
        return False


async def stopped(task):
    with contextlib.suppress(KeyError):
        work()
    try:
        await task
    except asyncio.CancelledError:
        pass


class Connection:
    def __del__(self):
        try:
            self.close()
        except Exception:
            pass

    def close(self):
        try:
            self.socket.close()
        except Exception:
            pass


def finish(connection):
    try:
        work()
    finally:
        try:
            connection.rollback()
        except Exception:
            pass


try:
    import ujson as json
except Exception:
    json = None


def parsed(text):
    try:
        return int(text)
    except Exception:
        return None
