"""The long runs, outside `make test`: how far the checks see, how faults are met, how fast it is."""
