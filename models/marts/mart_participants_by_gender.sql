{{ printed_partition(['gender']) }}
