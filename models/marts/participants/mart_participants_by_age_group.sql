{{ printed_partition(['age_group']) }}
