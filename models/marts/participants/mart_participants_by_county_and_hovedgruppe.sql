{{ printed_partition(['hovedgruppe', 'region']) }}
