{{ printed_partition(['immigrant_background']) }}
