{{ printed_partition(['hovedgruppe', 'age_group']) }}
