"""Kill builds and act out other faults: what is published stays intact."""
