"""The `tiltak` command: what a person types, and what it says.

It brings together `loaders`, which reads reports and builds with dbt, and `publish`, which puts the result in
place; neither of the two knows of the command, and `loaders` knows nothing of publishing.
"""
