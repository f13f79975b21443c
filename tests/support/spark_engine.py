"""The models on a Spark engine: a server on this machine, its tables handed over, dbt run on it.

Runs in an environment of its own (`requirements-spark.lock`), and reads what `tiltak build` has left: the build
file of DuckDB, which holds the seeds with their declared types and the answers to compare with, and the staged
Parquet.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import pyarrow as pa
from dbt.cli.main import dbtRunner, dbtRunnerResult
from pyspark.sql import SparkSession

PROJECT = Path(__file__).resolve().parents[2]
LAYERS = ("staging", "intermediate", "main", "quality")
