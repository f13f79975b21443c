{{ printed_partition(['hovedgruppe'], level='tiltaksgruppe') }}
