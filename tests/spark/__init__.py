"""The same models on Spark, in an environment of its own: `make test-spark`."""
