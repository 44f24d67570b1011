"""The settings of a measured server: the product's, with one more address to compare it with."""

from config.settings import *  # noqa: F403 - the same, and one more

ROOT_URLCONF = "tests.bench.pure_orm"
