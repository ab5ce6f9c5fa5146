import logging

logger = logging.getLogger(__name__)


def reset(user, token, new_password):
    logger.info("reset of %s, new password %s", user.id, new_password)  # expect: logging/sensitive-data
    logger.info("password of %s was reset", user.id)
    logger.debug("token has %d characters", len(token))
    logger.warning("%s has no password: %s", user.id, user.has_password)
    logger.debug(f"key {user.api_key}")  # expect: logging/sensitive-data
    logger.debug("key %s", mask(user.api_key))
    logger.debug("tokens used: %s", user.token_count)
