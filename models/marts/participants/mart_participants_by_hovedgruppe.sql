{{ printed_partition(['hovedgruppe'], level='population') }}
