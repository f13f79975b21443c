{{ printed_partition(['region']) }}
