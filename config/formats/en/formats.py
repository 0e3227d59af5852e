from config.formats.zh_Hans.formats import *  # noqa: F403 (the office has one way to write a day)
