{{ printed_partition(['education']) }}
