{{ printed_partition(['birth_region']) }}
